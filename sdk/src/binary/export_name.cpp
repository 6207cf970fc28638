#include <algorithm>
#include <boost/core/demangle.hpp>
#include <charconv>
#include <string_view>

#include "binary/exports.hpp"
#include "binary/microsoft_name.hpp"

namespace bridge32::binary {

namespace {

constexpr unsigned kMostArgumentBytes = 4096;

/// `geometry::area(int, int)` gives `area`.
std::string base_of_cpp(std::string_view readable) {
    const std::string_view before = readable.substr(0, readable.find_first_of("(<["));
    const std::size_t scope = before.rfind("::");
    return std::string(scope == std::string_view::npos ? before : before.substr(scope + 2));
}

/// The digits at the end of `f@8`, and the rest in `name`.
std::optional<unsigned> take_argument_bytes(std::string& name) {
    const std::size_t at = name.rfind('@');
    if (at == std::string::npos || at == 0 || at + 1 == name.size()) return std::nullopt;
    unsigned bytes = 0;
    const char* const end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + at + 1, end, bytes);
    if (error != std::errc{} || stop != end || bytes > kMostArgumentBytes) return std::nullopt;
    name.resize(at);
    return bytes;
}

/// gfortran's name of a procedure in a module: `__geometry_MOD_area`.
bool read_module_procedure(ExportName& result) {
    const std::string_view name = result.name;
    const std::size_t mod = name.find("_MOD_");
    if (!name.starts_with("__") || mod == std::string_view::npos || mod <= 2) return false;
    result.form = NameForm::fortran;
    result.base = name.substr(mod + 5);
    result.readable = std::string(name.substr(2, mod - 2)) + "::" + result.base;
    return true;
}

}  // namespace

const char* text_of(Convention convention) noexcept {
    switch (convention) {
        case Convention::cdecl_:
            return "cdecl";
        case Convention::stdcall:
            return "stdcall";
        case Convention::fastcall:
            return "fastcall";
        case Convention::thiscall:
            return "thiscall";
        case Convention::vectorcall:
            return "vectorcall";
        case Convention::unknown:
            break;
    }
    return "";
}

ExportName read_export_name(const std::string& name, bool fortran) {
    ExportName result{name, name, name};
    if (name.starts_with("_Z")) {
        result.readable = boost::core::demangle(name.c_str());
        if (result.readable != name) {
            result.form = NameForm::cpp;
            result.base = base_of_cpp(result.readable);
        }
        return result;
    }
    if (name.starts_with('?')) {
        result.form = NameForm::cpp_microsoft;
        result.base = name.substr(1, name.find('@') - 1);
        if (const auto read = read_microsoft_name(name)) {
            result.readable = read->text;
            result.convention = read->convention;
            if (name.starts_with("??")) result.base = base_of_cpp(read->text);
        }
        return result;
    }
    if (read_module_procedure(result)) return result;

    result.argument_bytes = take_argument_bytes(result.base);
    if (result.argument_bytes) {
        result.convention = Convention::stdcall;
        if (result.base.ends_with('@')) {
            result.base.pop_back();
            result.convention = Convention::vectorcall;
        }
    }
    const bool at_sign = result.base.starts_with('@');
    if (at_sign && result.argument_bytes) result.convention = Convention::fastcall;
    if (result.base.size() > 1 && (result.base.front() == '_' || at_sign)) {
        result.base.erase(0, 1);
    } else if (result.base.size() > 1 && result.base.back() == '_') {
        result.base.pop_back();
        if (fortran) {
            result.form = NameForm::fortran;
            result.readable = result.base;
        }
    }
    return result;
}

}  // namespace bridge32::binary
