#include "tool/generate/stub_cpp.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

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

/// The C structs of a plugin: their C++ text by the names that its description uses.
using Structs = std::map<std::string, std::string, std::less<>>;

std::string cpp_type(std::string_view type, const Structs& structs);

/// The C++ type of several results, "return: int32, got: int32".
std::string cpp_tuple(std::string_view results, const Structs& structs) {
    std::string text;
    while (!results.empty()) {
        const std::size_t end = std::min(results.find(", "), results.size());
        const std::string_view one = results.substr(0, end);
        const std::size_t colon = one.find(": ");
        if (colon == one.npos) return "bridge32::Json";
        text += (text.empty() ? "" : ", ") + cpp_type(one.substr(colon + 2), structs);
        results.remove_prefix(std::min(end + 2, results.size()));
    }
    return "std::tuple<" + text + ">";
}

/// The C++ type for a type name in a description.
std::string cpp_type(std::string_view type, const Structs& structs) {
    if (type.starts_with('(') && type.ends_with(')')) {
        return cpp_tuple(type.substr(1, type.size() - 2), structs);
    }
    if (structs.find(type) != structs.end()) return std::string(type);
    if (const auto number = number_type(type); !number.empty()) return number;
    if (type == "bool") return "bool";
    if (type == "string") return "std::string";
    if (type == "bytes") return "bridge32::Bytes";
    if (type == "void") return "void";
    if (const auto item = after(type, "optional "); !item.empty()) {
        return "std::optional<" + cpp_type(item, structs) + ">";
    }
    if (const auto item = after(type, "n-dimensional array of "); !item.empty()) {
        const auto number = item == "bool" ? "bool" : number_type(item);
        return number.empty() ? "bridge32::Json" : "bridge32::NdArray<" + number + ">";
    }
    if (const auto item = after(type, "array of "); !item.empty() && item.front() != '(') {
        return "std::vector<" + cpp_type(item, structs) + ">";
    }
    if (const auto item = after(type, "object of "); !item.empty()) {
        return "std::map<std::string, " + cpp_type(item, structs) + ">";
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

/// The element type that a format of NumPy stands for, without dimensions; empty if unknown.
std::string element_type(const std::string& format) {
    static const std::map<std::string, std::string> kTypes{{"|b1", "bool"},
                                                           {"|i1", "std::int8_t"},
                                                           {"|u1", "std::uint8_t"},
                                                           {"<i2", "std::int16_t"},
                                                           {"<u2", "std::uint16_t"},
                                                           {"<i4", "std::int32_t"},
                                                           {"<u4", "std::uint32_t"},
                                                           {"<i8", "std::int64_t"},
                                                           {"<u8", "std::uint64_t"},
                                                           {"<f4", "float"},
                                                           {"<f8", "double"},
                                                           {"<c8", "std::complex<float>"},
                                                           {"<c16", "std::complex<double>"}};
    const auto found = kTypes.find(format);
    return found == kTypes.end() ? std::string() : found->second;
}

/// A member of a struct as C++ has it, and as BRIDGE32_STRUCT lists it.
struct Field {
    std::string declaration;
    std::string listed;
};

/// Nothing for what C++ cannot have.
std::optional<Field> field_of(const std::string& name, const Json& format, const Json& encoding,
                              const Json& all, const Structs& structs) {
    if (identifier(name) != name) return std::nullopt;
    std::string dimensions;
    Json element = format;
    if (format.is_array() && format.size() == 2) {
        for (const auto& n : format[1])
            dimensions += "[" + n.dump() + "]";
        element = format[0];
    }
    if (element.is_object()) {
        for (const auto& [other, dtype] : all.items()) {
            if (dtype == element && structs.contains(other))
                return Field{other + " " + name + dimensions, name};
        }
        return std::nullopt;
    }
    if (!element.is_string()) return std::nullopt;
    auto text = element.get<std::string>();
    if (text.starts_with('(')) {
        const std::size_t close = std::min(text.find(')'), text.size() - 1);
        std::string n;
        for (const char c : text.substr(1, close)) {
            if (c >= '0' && c <= '9') {
                n += c;
            } else if (!n.empty()) {
                dimensions += "[" + n + "]";
                n.clear();
            }
        }
        text = text.substr(close + 1);
    }
    const std::string kind = text.substr(0, 2);
    if (kind != "|S" && kind != "|V" && kind != "<U") {
        const std::string type = element_type(text);
        if (type.empty()) return std::nullopt;
        return Field{type + " " + name + dimensions, name};
    }
    const unsigned long size = std::stoul("0" + text.substr(2));
    const int page = encoding.is_number_integer() ? encoding.get<int>() : 0;
    if (page == 1200) {
        return Field{"char16_t " + name + dimensions + "[" + std::to_string(size / 2) + "]", name};
    }
    const std::string length = dimensions + "[" + std::to_string(size) + "]";
    if (kind == "<U") return Field{"wchar_t " + name + length, name};
    if (kind == "|V") return Field{"std::uint8_t " + name + length, "(" + name + ", bytes)"};
    return Field{"char " + name + length,
                 page == 0 ? name : "(" + name + ", code_page(" + std::to_string(page) + "))"};
}

/// The text of one struct; empty if a member of it has no equivalent.
std::string struct_text(const std::string& name, const Json& all, const Structs& structs) {
    const Json& dtype = all[name];
    if (identifier(name) != name || !dtype.is_object()) return {};
    const Json names = dtype.value("names", Json::array());
    const Json formats = dtype.value("formats", Json::array());
    const Json encodings = dtype.value("encodings", Json::object());
    std::string text = "struct " + name + " {\n";
    std::string list;
    for (std::size_t i = 0; i < names.size() && i < formats.size(); ++i) {
        const auto member = names[i].get<std::string>();
        const auto field =
            field_of(member, formats[i], encodings.value(member, Json()), all, structs);
        if (!field) return {};
        text += "    " + field->declaration + ";\n";
        list += ", " + field->listed;
    }
    return text + "};\nBRIDGE32_STRUCT(" + name + list + ")\n\n";
}

/// Those that others contain come first: their layouts are shorter.
std::vector<std::string> structs_in_order(const Json& all) {
    std::vector<std::string> names;
    for (const auto& [name, dtype] : all.items())
        names.push_back(name);
    std::stable_sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
        return all[a].dump().size() < all[b].dump().size();
    });
    return names;
}

struct Signature {
    std::string templates;
    std::string parameters;
    std::string arguments;
};

Signature signature(const Json& method, const Structs& structs) {
    Signature result;
    const auto parameters = method.value("parameters", Json::array());
    std::vector<std::string> defaults;
    for (const auto& parameter : parameters)
        defaults.push_back(default_text(parameter, cpp_type(parameter.value("type", ""), structs)));
    // In C++, only trailing parameters can have defaults.
    for (std::size_t i = defaults.size(); i-- > 0;) {
        if (i + 1 < defaults.size() && defaults[i + 1].empty()) defaults[i].clear();
    }
    const auto is_trailing = [&](std::size_t i) {
        for (std::size_t k = i + 1; k < defaults.size(); ++k) {
            if (defaults[k].empty() &&
                !std::string(parameters[k].value("type", "")).starts_with("optional function")) {
                return false;
            }
        }
        return true;
    };
    std::set<std::string> names{"client_"};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& parameter = parameters[i];
        const std::string given = parameter.value("name", "");
        const std::string name =
            new_identifier(given.empty() ? "arg" + std::to_string(i + 1) : given, names);
        std::string type = parameter_type(cpp_type(parameter.value("type", ""), structs));
        const std::string its_type = parameter.value("type", "");
        if (its_type == "function" || its_type == "optional function") {
            const std::string function = "F" + std::to_string(i);
            result.templates += (result.templates.empty() ? "" : ", ") + ("class " + function);
            type = "const " + function + "&";
            if (its_type != "function") {
                // Without one: null.
                result.templates += " = std::nullptr_t";
                if (is_trailing(i)) defaults[i] = " = nullptr";
            }
        }
        result.parameters += (i == 0 ? "" : ", ") + type + " " + name + defaults[i];
        result.arguments += ", " + name;
    }
    return result;
}

std::string method_text(const Json& method, std::set<std::string>& taken, const Structs& structs) {
    const std::string name = method.value("name", "");
    const std::string own = new_identifier(name, taken);
    const auto parts = signature(method, structs);
    const std::string result = cpp_type(method.value("result", "void"), structs);
    std::string text = "\n" + doc_lines(method.value("doc", ""), "    ");
    if (!parts.templates.empty()) text += "    template <" + parts.templates + ">\n";
    text += "    " + result + " " + own + "(" + parts.parameters + ") const {\n";
    text += std::string("        ") + (result == "void" ? "" : "return ") + "client_.call<" +
            result + ">(" + Json(name).dump() + parts.arguments + ");\n    }\n";
    return text;
}

std::string property_text(const Json& property, std::set<std::string>& taken,
                          const Structs& structs) {
    const std::string name = property.value("name", "");
    const std::string own = new_identifier(name, taken);
    const std::string type = cpp_type(property.value("type", "any"), structs);
    return "\n" + doc_lines(property.value("doc", ""), "    ") + "    " + type + " " + own +
           "() const { return client_.get<" + type + ">(" + Json(name).dump() + "); }\n";
}

}  // namespace

std::string cpp_stub(const Json& description, const std::string& plugin, const std::string& name) {
    std::string text = "// The plugin " + plugin + ", as a class. Generated by `bridge32 stub " +
                       plugin +
                       "` (bridge32 " BRIDGE32_VERSION
                       "); do not\n// edit.\n#pragma once\n\n"
                       "#include <bridge32/client.hpp>\n#include <complex>\n#include <cstdint>\n"
                       "#include <map>\n#include <optional>\n#include <string>\n#include <tuple>\n"
                       "#include <utility>\n#include <vector>\n\n";
    const Json all_structs = description.value("structs", Json::object());
    Structs structs;
    for (const auto& one : structs_in_order(all_structs)) {
        const std::string its_text = struct_text(one, all_structs, structs);
        if (its_text.empty()) continue;
        structs[one] = its_text;
        text += its_text;
    }
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
    for (const auto& [one, its_text] : structs)
        taken.insert(one);
    for (const auto& method : description.value("methods", Json::array()))
        text += method_text(method, taken, structs);
    for (const auto& property : description.value("properties", Json::array()))
        text += property_text(property, taken, structs);
    text +=
        "\n    /// For everything else: events, timeouts, asynchronous calls.\n"
        "    bridge32::Client& client() noexcept { return client_; }\n\nprivate:\n"
        "    bridge32::Client client_;\n};\n";
    return text;
}

}  // namespace bridge32::tool
