/* The header that came with the library: a calendar with the conventions of the Windows API. */
#pragma once

#include <stdint.h>

#if defined(_WIN32)
#define CALENDAR_API __stdcall
#elif defined(__i386__)
#define CALENDAR_API __attribute__((stdcall))
#else
#define CALENDAR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* As in Windows. DayOfWeek: 0 is Sunday. */
typedef struct {
    uint16_t Year;
    uint16_t Month;
    uint16_t DayOfWeek;
    uint16_t Day;
    uint16_t Hour;
    uint16_t Minute;
    uint16_t Second;
    uint16_t Milliseconds;
} SYSTEMTIME;

/* Returns 0 to end the enumeration. */
typedef int32_t(CALENDAR_API* DAYPROC)(int32_t day, int32_t day_of_week);

/* Exported undecorated. Returns 0 for a month that does not exist. */
int32_t CALENDAR_API DaysInMonth(int32_t year, int32_t month);

/* Exported decorated: on Windows as _GetDayOfWeek@12. */
int32_t CALENDAR_API GetDayOfWeek(int32_t year, int32_t month, int32_t day);

/* Converts seconds since 1970 to UTC. Returns 0 on failure. */
int32_t CALENDAR_API SecondsToSystemTime(int64_t seconds, SYSTEMTIME* time);

/* Calls `visit` for the days of a month until it returns 0. Returns the number of calls. */
int32_t CALENDAR_API EnumDays(int32_t year, int32_t month, DAYPROC visit);

#ifdef __cplusplus
}
#endif
