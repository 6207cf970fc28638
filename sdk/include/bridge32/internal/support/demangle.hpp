// Names of types for people. What only some compilers have stays in this file.
#pragma once

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <typeinfo>

#if __has_include(<cxxabi.h>)
#include <cxxabi.h>

#include <cstdlib>
#define BRIDGE32_DETAIL_CXXABI 1
#endif

namespace bridge32::detail {

/// What a mangled name of a type or function means; any other name as it is.
inline std::string demangled_text(const char* mangled) {
#if defined(BRIDGE32_DETAIL_CXXABI)
    int status = 0;
    char* const text = abi::__cxa_demangle(mangled, nullptr, nullptr, &status);
    if (text != nullptr) {
        std::string name = text;
        std::free(text);
        return name;
    }
#endif
    return mangled;
}

/// Demangles what consists of plain names, as most types of exceptions do, in a tenth of the time;
/// empty for the rest.
inline std::string plain_type_text(std::string_view mangled) {
    const bool nested = mangled.starts_with('N') && mangled.ends_with('E');
    if (nested) {
        mangled = mangled.substr(1, mangled.size() - 2);
    }
    std::string text;
    if (mangled.starts_with("St")) {
        text = "std";
        mangled.remove_prefix(2);
    }
    int names = 0;
    for (; !mangled.empty(); ++names) {
        std::size_t size = 0;
        const char* const end = mangled.data() + mangled.size();
        const auto [name, error] = std::from_chars(mangled.data(), end, size);
        if (error != std::errc() || size == 0 || size > static_cast<std::size_t>(end - name) ||
            (names > 0 && !nested)) {
            return {};
        }
        mangled = {name, static_cast<std::size_t>(end - name)};
        if (mangled.starts_with("_GLOBAL_")) {  // an anonymous namespace
            return {};
        }
        text.append(text.empty() ? "" : "::").append(mangled.substr(0, size));
        mangled.remove_prefix(size);
    }
    return names == 0 ? std::string() : text;
}

/// "std::runtime_error" for `typeid(std::runtime_error)`.
inline std::string type_text(const std::type_info& type) {
#if defined(BRIDGE32_DETAIL_CXXABI)
    if (std::string text = plain_type_text(type.name()); !text.empty()) {
        return text;
    }
#endif
    return demangled_text(type.name());
}

/// The type of the exception that is being handled, "unknown exception" where the compiler
/// does not tell, or when it came from another language.
inline std::string current_exception_type() {
#if defined(BRIDGE32_DETAIL_CXXABI)
    if (const std::type_info* const type = abi::__cxa_current_exception_type()) {
        return type_text(*type);
    }
#endif
    return "unknown exception";
}

}  // namespace bridge32::detail
