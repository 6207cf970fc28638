// The library, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <cstdint>

#include "system_time.hpp"

/// One 32-bit process with the library in it, which ends with this object. Every function throws
/// what bridge32::Client does: InvalidArgument, HostCrashed when the library crashes, and so on.
class Calendar {
public:
    /// Throws bridge32::StartupError, bridge32::PluginError.
    explicit Calendar(const bridge32::ClientOptions& options = {}) : client_("calendar", options) {}

    /// 28 to 31; 0 for a month that does not exist. January is 1.
    std::int32_t days_in_month(std::int32_t year, std::int32_t month) const {
        return client_.call<std::int32_t>("days_in_month", year, month);
    }
    /// 0 for Sunday to 6 for Saturday; -1 for a day that does not exist.
    std::int32_t day_of_week(std::int32_t year, std::int32_t month, std::int32_t day) const {
        return client_.call<std::int32_t>("day_of_week", year, month, day);
    }
    /// What `seconds` after the beginning of 1970 is, in UTC. Throws bridge32::InvalidArgument.
    SYSTEMTIME system_time(std::int64_t seconds) const {
        return client_.call<SYSTEMTIME>("system_time", seconds);
    }
    /// Calls `visit(day, day_of_week)` for the days of a month, until it returns false. Returns
    /// how many times. What `visit` throws ends the enumeration and is thrown here.
    template <class Visit>
    std::int32_t each_day(std::int32_t year, std::int32_t month, const Visit& visit) const {
        return client_.call<std::int32_t>("each_day", year, month, visit);
    }

private:
    bridge32::Client client_;
};
