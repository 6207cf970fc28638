#include "tool/support/description.hpp"

#include <algorithm>
#include <initializer_list>

namespace bridge32::tool {

namespace {

using Keys = std::initializer_list<const char*>;

/// An object whose members `keys`, if present, are strings.
bool has_texts(const Json& one, Keys keys) {
    return one.is_object() && std::all_of(keys.begin(), keys.end(), [&](const char* key) {
               return !one.contains(key) || one[key].is_string();
           });
}

/// A member that is absent, or a list of objects with such strings.
bool has_list(const Json& one, const char* member, Keys keys) {
    if (!one.contains(member)) return true;
    const Json& list = one[member];
    return list.is_array() && std::all_of(list.begin(), list.end(),
                                          [&](const Json& each) { return has_texts(each, keys); });
}

bool is_method(const Json& method) {
    return has_list(method, "parameters", {"name", "type"}) &&
           (!method.contains("idempotent") || method["idempotent"].is_boolean());
}

bool is_library(const Json& library) {
    return !library.contains("bits") || library["bits"].is_number_integer();
}

bool is_description(const Json& about) {
    if (!has_texts(about, {"plugin", "sdk", "threading"}) ||
        !has_list(about, "methods", {"name", "doc", "result"}) ||
        !has_list(about, "properties", {"name", "type", "doc"}) ||
        !has_list(about, "libraries", {"path", "version"})) {
        return false;
    }
    const Json methods = about.value("methods", Json::array());
    const Json libraries = about.value("libraries", Json::array());
    return std::all_of(methods.begin(), methods.end(), is_method) &&
           std::all_of(libraries.begin(), libraries.end(), is_library);
}

Json member(const Json& description, const char* kind, const std::string& name) {
    if (!description.is_object()) return {};
    for (const auto& one : description.value(kind, Json::array())) {
        if (one.value("name", "") == name) return one;
    }
    return {};
}

}  // namespace

Json describe(const Client& client) {
    constexpr const char* kWhatToDo =
        ". You can still call its methods by name: bridge32 call PLUGIN METHOD";
    try {
        Json about = client.describe();
        if (is_description(about)) return about;
    } catch (const RemoteError& e) {
        throw NoDescription("the plugin does not describe itself: " + std::string(e.what()) +
                            kWhatToDo);
    }
    throw NoDescription("the plugin's description is malformed" + std::string(kWhatToDo));
}

Json find_method(const Json& description, const std::string& name) {
    return member(description, "methods", name);
}

Json find_property(const Json& description, const std::string& name) {
    return member(description, "properties", name);
}

}  // namespace bridge32::tool
