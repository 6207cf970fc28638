#include "date.hpp"

#include <bridge32/error.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace com {
namespace {

using namespace std::chrono;

constexpr sys_days kFirst{year(1899) / December / 30};
constexpr double kMillisecondsADay = 86'400'000.0;

}  // namespace

// Before day 0, the fraction still counts forward: -1.25 is 1899-12-29, 6 o'clock.
std::string iso_date(double date) {
    const double whole = std::trunc(date);
    const milliseconds time(std::llround(std::abs(date - whole) * kMillisecondsADay));
    const auto moment = kFirst + days(static_cast<int>(whole)) + time;
    const auto midnight = floor<days>(moment);
    const year_month_day day(midnight);
    const hh_mm_ss clock(moment - midnight);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                  static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    std::string iso = text;
    if (const auto rest = clock.subseconds().count(); rest != 0) {
        std::snprintf(text, sizeof text, ".%03d", static_cast<int>(rest));
        iso += text;
    }
    return iso;
}

double date_of(const std::string& iso) {
    int y = 0, h = 0, min = 0, end = 0;
    unsigned m = 0, d = 0;
    double s = 0;
    const char* const text = iso.c_str();
    const bool has_date = std::sscanf(text, "%4d-%2u-%2u%n", &y, &m, &d, &end) == 3;
    bool whole = has_date && text[end] == '\0';
    if (has_date && (text[end] == 'T' || text[end] == ' ')) {
        const char* const clock = text + end + 1;
        whole = std::sscanf(clock, "%2d:%2d:%lf%n", &h, &min, &s, &end) == 3 && clock[end] == '\0';
    }
    const year_month_day day{year(y), month(m), std::chrono::day(d)};
    if (!whole || !day.ok() || h < 0 || h > 23 || min < 0 || min > 59 || !(s >= 0 && s < 60)) {
        throw bridge32::InvalidArgument("\"" + iso +
                                        "\" is not a date; expected the form 2024-02-29T13:05:00");
    }
    const double whole_days = static_cast<double>((sys_days(day) - kFirst).count());
    const double time = (h * 3600.0 + min * 60.0 + s) / 86'400.0;
    return whole_days < 0 ? whole_days - time : whole_days + time;
}

}  // namespace com
