// Automation's dates: days since 1899-12-30, without a time zone.
#pragma once

#include <string>

namespace com {

/// "2024-02-29T13:05:00", with ".250" if there are milliseconds.
std::string iso_date(double date);

/// The reverse; the time may be omitted. Throws bridge32::InvalidArgument.
double date_of(const std::string& iso);

}  // namespace com
