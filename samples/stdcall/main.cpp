#include <iostream>
#include <stdexcept>

#include "calendar.hpp"

int main() {
    const Calendar calendar;
    std::cout << "days_in_month(2000, 2)  " << calendar.days_in_month(2000, 2) << '\n'
              << "days_in_month(1900, 2)  " << calendar.days_in_month(1900, 2) << '\n'
              << "day_of_week(1969, 7, 20)  " << calendar.day_of_week(1969, 7, 20) << '\n'
              << "system_time(1234567890)  " << bridge32::Json(calendar.system_time(1'234'567'890))
              << '\n';

    std::cout << "each_day(2024, 2), the Thursdays ";
    const int all = calendar.each_day(2024, 2, [](int day, int day_of_week) {
        if (day_of_week == 4) std::cout << ' ' << day;
        return true;
    });
    std::cout << ", of " << all << " days\n";

    const int until_sunday =
        calendar.each_day(2024, 2, [](int, int day_of_week) { return day_of_week != 0; });
    std::cout << "each_day(2024, 2), until Sunday  " << until_sunday << " days\n";

    try {
        calendar.each_day(2024, 2, [](int day, int) -> bool {
            throw std::runtime_error("enough after day " + std::to_string(day));
        });
    } catch (const std::runtime_error& error) {
        std::cout << "each_day(2024, 2), throwing  " << error.what() << '\n';
    }
}
