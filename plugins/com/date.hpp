// Automation's dates: days since 1899-12-30, of no time zone.
#pragma once

#include <string>

namespace com {

/// "2024-02-29T13:05:00", with ".250" where there are milliseconds.
std::string iso_date(double date);

/// The same back; the time may be left out. Throws bridge32::InvalidArgument.
double date_of(const std::string& iso);

}  // namespace com
