// The library, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <cstdint>

#include "system_time.hpp"

/// A 32-bit process with the library in it. The process ends with this object. Functions throw what
/// bridge32::Client throws: InvalidArgument, HostCrashed if the library crashes, and so on.
class Calendar {
public:
    /// Throws bridge32::StartupError, bridge32::PluginError.
    explicit Calendar(const bridge32::ClientOptions& options = {}) : client_("calendar", options) {}

    /// 28 to 31; 0 for a month that does not exist. January is 1.
    std::int32_t days_in_month(std::int32_t year, std::int32_t month) const {
        return client_.call<std::int32_t>("days_in_month", year, month);
    }
    /// 0 (Sunday) to 6 (Saturday); -1 for a day that does not exist.
    std::int32_t day_of_week(std::int32_t year, std::int32_t month, std::int32_t day) const {
        return client_.call<std::int32_t>("day_of_week", year, month, day);
    }
    /// Converts seconds since 1970 to UTC. Throws bridge32::InvalidArgument if out of range.
    SYSTEMTIME system_time(std::int64_t seconds) const {
        return client_.call<SYSTEMTIME>("system_time", seconds);
    }
    /// Calls `visit(day, day_of_week)` for the days of a month until it returns false. Returns the
    /// number of calls. An exception in `visit` ends the enumeration and is rethrown.
    template <class Visit>
    std::int32_t each_day(std::int32_t year, std::int32_t month, const Visit& visit) const {
        return client_.call<std::int32_t>("each_day", year, month, visit);
    }

private:
    bridge32::Client client_;
};
