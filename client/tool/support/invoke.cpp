#include "tool/support/invoke.hpp"

#include "tool/report/description.hpp"
#include "tool/support/arguments.hpp"

namespace bridge32::tool {

AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words) {
    if (words.empty() && !find_property(description, name).is_null())
        return client.get<Result>(name).value;
    Positional positional;
    Named named;
    std::vector<NamedArgument> by_name;
    for (auto& argument : parse_arguments(words, find_method(description, name))) {
        if (argument.name.empty()) {
            positional.values.push_back(std::move(argument.value));
        } else {
            by_name.emplace_back(argument.name, std::move(argument.value));
        }
    }
    return client.call<Result>(name, positional, Named(std::move(by_name))).value;
}

}  // namespace bridge32::tool
