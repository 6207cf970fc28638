#include <algorithm>
#include <bridge32/plugin.hpp>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "library.h"

using Sensor = bridge32::Handle<meter::Sensor>;

class Meter : public bridge32::Plugin {
public:
    Meter() {
        // [linked]
        method("to_celsius", meter::to_celsius, {"fahrenheit"});
        property("living", &meter::Sensor::living);
        // [linked end]

        // [by_name]
        const bridge32::Library library("meter_lib");
        method("to_celsius_by_name", library.function<double(double)>("_ZN5meter10to_celsiusEd"),
               {"fahrenheit"});
        // [by_name end]

        // [handles]
        method("open", [](const std::string& name) { return make_handle<meter::Sensor>(name); },
               {"name"});
        method("add", [](const Sensor& sensor, double value) { sensor->add(value); },
               {"sensor", "value"});
        method("mean", [](const Sensor& sensor) { return sensor->mean(); }, {"sensor"});
        method("label", [](const Sensor& sensor) { return sensor->label(); }, {"sensor"});
        method("close", [](const Sensor& sensor) { sensor.destroy(); }, {"sensor"});
        // [handles end]

        // [in_out]
        method("smooth",
               [](std::vector<double> values) {
                   meter::smooth(values.data(), static_cast<int>(values.size()));
                   return values;
               },
               {"values"});
        // [in_out end]

        // [in_out_shared]
        method("smooth_shared",
               [](const bridge32::NdArray<const double>& values) {
                   auto result = bridge32::context().make_array_for_overwrite<double>(
                       values.shape(), values.order());
                   std::copy(values.span().begin(), values.span().end(), result.data());
                   meter::smooth(result.data(), static_cast<int>(result.size()));
                   return result;
               },
               {"values"});
        // [in_out_shared end]

        // [in_out_more]
        method("smooth_and_count",
               [](std::vector<double> values) {
                   const int changed =
                       meter::smooth(values.data(), static_cast<int>(values.size()));
                   return std::make_tuple(changed, std::move(values));
               },
               {"values"});
        // [in_out_more end]
    }
};

BRIDGE32_PLUGIN(Meter)
