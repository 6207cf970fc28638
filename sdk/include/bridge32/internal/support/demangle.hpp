// Names of types for people. What only some compilers have stays in this file.
#pragma once

#include <string>
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

/// "std::runtime_error" for `typeid(std::runtime_error)`.
inline std::string type_text(const std::type_info& type) { return demangled_text(type.name()); }

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
