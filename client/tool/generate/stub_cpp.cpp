#include "tool/generate/stub_cpp.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "bridge32/version.hpp"
#include "tool/support/identifier.hpp"

namespace bridge32::tool {

namespace {

/// The text after `beginning`; empty if it does not begin with that.
std::string_view after(std::string_view text, std::string_view beginning) {
    return text.starts_with(beginning) ? text.substr(beginning.size()) : std::string_view();
}

std::string number_type(std::string_view type) {
    static constexpr std::string_view kIntegers[] = {"int8",  "uint8",  "int16", "uint16",
                                                     "int32", "uint32", "int64", "uint64"};
    if (std::find(std::begin(kIntegers), std::end(kIntegers), type) != std::end(kIntegers)) {
        return "std::" + std::string(type) + "_t";
    }
    if (type == "float32") return "float";
    if (type == "float64") return "double";
    if (type == "complex64") return "std::complex<float>";
    if (type == "complex128") return "std::complex<double>";
    return {};
}

/// The C++ type for a type name in a description.
std::string cpp_type(std::string_view type) {
    if (const auto number = number_type(type); !number.empty()) return number;
    if (type == "bool") return "bool";
    if (type == "string") return "std::string";
    if (type == "bytes") return "bridge32::Bytes";
    if (type == "void") return "void";
    if (const auto item = after(type, "optional "); !item.empty()) {
        return "std::optional<" + cpp_type(item) + ">";
    }
    if (const auto item = after(type, "n-dimensional array of "); !item.empty()) {
        const auto number = item == "bool" ? "bool" : number_type(item);
        return number.empty() ? "bridge32::Json" : "bridge32::NdArray<" + number + ">";
    }
    if (const auto item = after(type, "array of "); !item.empty() && item.front() != '(') {
        return "std::vector<" + cpp_type(item) + ">";
    }
    if (const auto item = after(type, "object of "); !item.empty()) {
        return "std::map<std::string, " + cpp_type(item) + ">";
    }
    if (const auto item = after(type, "handle of "); !item.empty()) {
        return "bridge32::Handle<struct " + identifier(std::string(item)) + ">";
    }
    return "bridge32::Json";
}

/// Small types by value, others by reference.
std::string parameter_type(const std::string& type) {
    const bool small = type == "bool" || type == "float" || type == "double" ||
                       (type.starts_with("std::") && type.ends_with("_t"));
    return small ? type : "const " + type + "&";
}

/// A default argument in C++; empty if the argument is required.
std::string default_text(const Json& parameter, const std::string& type) {
    if (!parameter.contains("default")) return {};
    const Json& value = parameter["default"];
    if (value.is_null() && type.starts_with("std::optional")) return " = std::nullopt";
    if (type == "bool" && value.is_boolean()) return value.get<bool>() ? " = true" : " = false";
    if (value.is_number() && !number_type(parameter.value("type", "")).empty()) {
        return " = " + value.dump();
    }
    if (type == "std::string" && value.is_string()) return " = " + value.dump();
    return {};
}

std::string doc_lines(const std::string& doc, const std::string& indent) {
    std::string text;
    for (std::size_t at = 0; !doc.empty() && at <= doc.size();) {
        const std::size_t end = std::min(doc.find('\n', at), doc.size());
        text += indent + "/// " + doc.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return text;
}

struct Signature {
    std::string templates;
    std::string parameters;
    std::string arguments;
};

Signature signature(const Json& method) {
    Signature result;
    const auto parameters = method.value("parameters", Json::array());
    std::vector<std::string> defaults;
    for (const auto& parameter : parameters)
        defaults.push_back(default_text(parameter, cpp_type(parameter.value("type", ""))));
    // In C++, only trailing parameters can have defaults.
    for (std::size_t i = defaults.size(); i-- > 0;) {
        if (i + 1 < defaults.size() && defaults[i + 1].empty()) defaults[i].clear();
    }
    std::set<std::string> names{"client_"};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& parameter = parameters[i];
        const std::string name = new_identifier(parameter.value("name", "arg"), names);
        std::string type = parameter_type(cpp_type(parameter.value("type", "")));
        if (parameter.value("type", "") == "function") {
            const std::string function = "F" + std::to_string(i);
            result.templates += (result.templates.empty() ? "" : ", ") + ("class " + function);
            type = "const " + function + "&";
        }
        result.parameters += (i == 0 ? "" : ", ") + type + " " + name + defaults[i];
        result.arguments += ", " + name;
    }
    return result;
}

std::string method_text(const Json& method, std::set<std::string>& taken) {
    const std::string name = method.value("name", "");
    const std::string own = new_identifier(name, taken);
    const auto parts = signature(method);
    const std::string result = cpp_type(method.value("result", "void"));
    std::string text = "\n" + doc_lines(method.value("doc", ""), "    ");
    if (!parts.templates.empty()) text += "    template <" + parts.templates + ">\n";
    text += "    " + result + " " + own + "(" + parts.parameters + ") const {\n";
    text += std::string("        ") + (result == "void" ? "" : "return ") + "client_.call<" +
            result + ">(" + Json(name).dump() + parts.arguments + ");\n    }\n";
    return text;
}

std::string property_text(const Json& property, std::set<std::string>& taken) {
    const std::string name = property.value("name", "");
    const std::string own = new_identifier(name, taken);
    const std::string type = cpp_type(property.value("type", "any"));
    return "\n" + doc_lines(property.value("doc", ""), "    ") + "    " + type + " " + own +
           "() const { return client_.get<" + type + ">(" + Json(name).dump() + "); }\n";
}

}  // namespace

std::string cpp_stub(const Json& description, const std::string& plugin, const std::string& name) {
    std::string text =
        "// The plugin " + plugin + ", as a class. Generated by `bridge32 stub " + plugin +
        "` (bridge32 " BRIDGE32_VERSION
        "); do not\n// edit.\n#pragma once\n\n"
        "#include <bridge32/client.hpp>\n#include <complex>\n#include <cstdint>\n"
        "#include <map>\n#include <optional>\n#include <string>\n#include <utility>\n"
        "#include <vector>\n\n";
    text += "class " + name + " {\npublic:\n";
    text +=
        "    /// Starts a host, which ends with this object. All functions throw what "
        "bridge32::Client throws.\n";
    text += "    explicit " + name +
            "(const bridge32::ClientOptions& options = {})\n        : "
            "client_(" +
            Json(plugin).dump() + ", options) {}\n";
    text += "    /// Uses a client that is already open, for example in a shared host.\n";
    text += "    explicit " + name + "(bridge32::Client client) : client_(std::move(client)) {}\n";
    std::set<std::string> taken{name, "client", "client_"};
    for (const auto& method : description.value("methods", Json::array()))
        text += method_text(method, taken);
    for (const auto& property : description.value("properties", Json::array()))
        text += property_text(property, taken);
    text +=
        "\n    /// For everything else: events, timeouts, asynchronous calls.\n"
        "    bridge32::Client& client() noexcept { return client_; }\n\nprivate:\n"
        "    bridge32::Client client_;\n};\n";
    return text;
}

}  // namespace bridge32::tool
