// Returns its arguments.
#include <bridge32/plugin.hpp>
#include <optional>
#include <string>

#include "types.hpp"

class Echo : public bridge32::Plugin {
public:
    Echo() {
        for_each_number_type([this]<class T>() {
            method(type_name<T>(), [](T value) { return value; }, {"value"});
            method("array_of_" + type_name<T>(),
                   [](const bridge32::NdArray<const T>& values) { return values; }, {"values"});
        });
        method("text", [](std::string_view value) { return value; }, {"value"});
        method("bytes", [](std::span<const std::byte> value) { return value; }, {"value"});
        method("any", [](const bridge32::Json& value) { return value; }, {"value"});
        method("optional_int32", [](std::optional<std::int32_t> value) { return value; },
               {"value"});
        method("nothing", [] {});
        method("arguments",
               [](const bridge32::Json& a, const bridge32::Json& b, const bridge32::Json& c) {
                   return bridge32::Json{{"a", a}, {"b", b}, {"c", c}};
               },
               {"a", "b", {"c", "the default"}});
    }
};

BRIDGE32_PLUGIN(Echo)
