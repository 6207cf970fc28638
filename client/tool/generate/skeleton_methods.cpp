// A method for each export of a library.
#include <algorithm>
#include <set>
#include <string_view>

#include "tool/generate/identifier.hpp"
#include "tool/generate/skeleton.hpp"

namespace bridge32::tool {

namespace {

using binary::Convention;
using binary::ExportName;

// Exports that no plugin calls.
bool is_of_use(const ExportName& name) {
    static const std::set<std::string> kNotCalled{
        "DllMain",           "DllCanUnloadNow",     "DllGetClassObject",
        "DllRegisterServer", "DllUnregisterServer", "DllEntryPoint"};
    return !name.name.empty() && !kNotCalled.contains(name.base) &&
           name.readable.find("vftable") == std::string::npos &&
           name.readable.find("vtable for") == std::string::npos &&
           name.readable.find("typeinfo") == std::string::npos;
}

/// The parameter list that a demangled name tells: "int, int"; nothing when it tells none.
std::string known_parameters(const ExportName& name) {
    const std::size_t open = name.readable.find('(');
    const std::size_t close = name.readable.rfind(')');
    if (name.form == binary::NameForm::plain || open == std::string::npos ||
        close == std::string::npos || close < open) {
        return {};
    }
    return name.readable.substr(open + 1, close - open - 1);
}

const char* macro_of(Convention convention) {
    switch (convention) {
        case Convention::stdcall:
            return " BRIDGE32_STDCALL";
        case Convention::fastcall:
            return " BRIDGE32_FASTCALL";
        case Convention::thiscall:
            return " BRIDGE32_THISCALL";
        default:
            return "";
    }
}

std::string parameters_of(const ExportName& name, bool fortran) {
    if (const auto known = known_parameters(name); !known.empty()) return known;
    std::string text;
    if (name.argument_bytes) {
        for (unsigned i = 0; i < *name.argument_bytes / 4; ++i)
            text += i == 0 ? "std::int32_t" : ", std::int32_t";
        return text;
    }
    return fortran ? "const std::int32_t*" : "std::int32_t";
}

}  // namespace

std::string methods_for(const LibraryFacts& facts, bool fortran) {
    std::string text;
    std::set<std::string> taken;
    for (const auto& name : facts.names) {
        if (!is_of_use(name)) continue;
        const std::string method = new_identifier(name.base, taken);
        if (name.readable != name.name) text += "        // " + name.readable + "\n";
        if (name.argument_bytes) {
            text += "        // " + std::to_string(*name.argument_bytes) +
                    " bytes of arguments: an int or a pointer takes 4, a double 8\n";
        }
        text += "        // method(\"" + method + "\", lib_.function<std::int32_t" +
                macro_of(name.convention) + "(" + parameters_of(name, fortran) + ")>(\"" +
                name.name + "\"));\n";
    }
    return text.empty() ? "        // The library exports no functions by name.\n" : text;
}

}  // namespace bridge32::tool
