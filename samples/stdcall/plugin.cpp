#include <bridge32/plugin.hpp>

#include "system_time.hpp"

class Calendar : public bridge32::Plugin {
public:
    Calendar() : lib_("calendar") {
        // [exports]
        // Exported as `DaysInMonth` and `_GetDayOfWeek@12`. Both are found.
        method(
            "days_in_month",
            lib_.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>("DaysInMonth"),
            {"year", "month"});
        method(
            "day_of_week",
            lib_.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t, std::int32_t)>(
                "GetDayOfWeek"),
            {"year", "month", "day"});
        // [exports end]
        method("system_time", &Calendar::system_time, {"seconds"});
        method("each_day", &Calendar::each_day, {"year", "month", "visit"});
    }

private:
    // [struct]
    SYSTEMTIME system_time(std::int64_t seconds) const {
        SYSTEMTIME time{};
        if (convert_(seconds, &time) == 0) {
            throw bridge32::InvalidArgument("no date is that far from 1970");
        }
        return time;
    }
    // [struct end]

    // [callback]
    using Visit = bridge32::Callback<bool(std::int32_t day, std::int32_t day_of_week)>;

    std::int32_t each_day(std::int32_t year, std::int32_t month, const Visit& visit) const {
        const auto function =
            visit.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t)>();
        return enumerate_(year, month, function);
    }
    // [callback end]

    bridge32::Library lib_;
    bridge32::LibraryFunction<std::int32_t BRIDGE32_STDCALL(std::int64_t, SYSTEMTIME*)> convert_ =
        lib_.function<std::int32_t BRIDGE32_STDCALL(std::int64_t, SYSTEMTIME*)>(
            "SecondsToSystemTime");
    bridge32::LibraryFunction<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t, DAYPROC)>
        enumerate_ =
            lib_.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, std::int32_t, DAYPROC)>(
                "EnumDays");
};

BRIDGE32_PLUGIN(Calendar)
