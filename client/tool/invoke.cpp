#include "invoke.hpp"

#include "arguments.hpp"

namespace bridge32::tool {

namespace {

const Json* member(const Json& description, const char* kind, const std::string& name) {
    if (!description.is_object() || !description.contains(kind)) return nullptr;
    for (const auto& one : description[kind]) {
        if (one.value("name", "") == name) return &one;
    }
    return nullptr;
}

}  // namespace

Json find_method(const Json& description, const std::string& name) {
    const Json* const found = member(description, "methods", name);
    return found == nullptr ? Json() : *found;
}

bool has_property(const Json& description, const std::string& name) {
    return member(description, "properties", name) != nullptr;
}

AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words) {
    if (words.empty() && has_property(description, name)) return client.get<Result>(name).value;
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
