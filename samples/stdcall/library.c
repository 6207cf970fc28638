/* Stands for a library that exists only as 32-bit code: imagine that its source is lost. */
#include "library.h"

#include <string.h>

/* Linux linkers treat an @ in a name as the start of a symbol version, so there the decorated name
 * ends before it. */
#if defined(__linux__)
int32_t CALENDAR_API GetDayOfWeek(int32_t year, int32_t month,
                                  int32_t day) __asm__("_GetDayOfWeek");
#endif

static int32_t is_leap(int32_t year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int32_t CALENDAR_API DaysInMonth(int32_t year, int32_t month) {
    static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) {
        return 0;
    }
    return days[month - 1] + (month == 2 && is_leap(year));
}

int32_t CALENDAR_API GetDayOfWeek(int32_t year, int32_t month, int32_t day) {
    static const int32_t offsets[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
    if (day < 1 || day > DaysInMonth(year, month)) {
        return -1;
    }
    year -= month < 3;
    return (year + year / 4 - year / 100 + year / 400 + offsets[month - 1] + day) % 7;
}

int32_t CALENDAR_API SecondsToSystemTime(int64_t seconds, SYSTEMTIME* time) {
    const int64_t day_seconds = 24 * 60 * 60;
    int64_t days = seconds / day_seconds;
    const int32_t rest = (int32_t)(seconds % day_seconds);
    int32_t year = 1970;
    int32_t month = 1;
    if (seconds < 0 || year + days / 366 > 30827) {
        return 0;
    }
    for (; days >= 365 + is_leap(year); ++year) {
        days -= 365 + is_leap(year);
    }
    for (; days >= DaysInMonth(year, month); ++month) {
        days -= DaysInMonth(year, month);
    }
    memset(time, 0, sizeof *time);
    time->Year = (uint16_t)year;
    time->Month = (uint16_t)month;
    time->Day = (uint16_t)(days + 1);
    time->DayOfWeek = (uint16_t)GetDayOfWeek(year, month, time->Day);
    time->Hour = (uint16_t)(rest / 3600);
    time->Minute = (uint16_t)(rest / 60 % 60);
    time->Second = (uint16_t)(rest % 60);
    return 1;
}

int32_t CALENDAR_API EnumDays(int32_t year, int32_t month, DAYPROC visit) {
    const int32_t days = DaysInMonth(year, month);
    for (int32_t day = 1; day <= days; ++day) {
        if (!visit(day, GetDayOfWeek(year, month, day))) {
            return day;
        }
    }
    return days;
}
