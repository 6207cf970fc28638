#include "tool/generate/skeleton.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "bridge32/internal/text/path_text.hpp"
#include "tool/support/identifier.hpp"

namespace bridge32::tool {

namespace {

using detail::utf8_of;

/// Replaces each @KEY@ by its value. Values are not expanded themselves.
std::string filled(const std::string& text, const std::map<std::string, std::string>& values) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text[at] == '@' ? text.find('@', at + 1) : std::string::npos;
        const auto value = end == std::string::npos
                               ? values.end()
                               : values.find(text.substr(at + 1, end - at - 1));
        if (value == values.end()) {
            result += text[at++];
        } else {
            result += value->second;
            at = end + 1;
        }
    }
    return result;
}

// ---- what the project builds ------------------------------------------------------------------

constexpr const char* kCmakeBegin = R"(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES C CXX)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
find_package(bridge32 REQUIRED)

)";

constexpr const char* kCmakeOwnC =
    R"(# The library that the plugin wraps, 32-bit: @NAME@_lib.so, or .dll.
add_library(@NAME@_lib SHARED @NAME@_lib.c)
set_target_properties(@NAME@_lib PROPERTIES PREFIX "" RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")
bridge32_set_bits(@NAME@_lib 32)

)";

constexpr const char* kCmakeOwnFortran =
    R"(# The library that the plugin wraps, 32-bit. A custom command builds it, because CMake's Fortran
# support would require a working 64-bit Fortran compiler.
find_program(GFORTRAN gfortran REQUIRED)
set(library "${CMAKE_BINARY_DIR}/@NAME@_lib${CMAKE_SHARED_LIBRARY_SUFFIX}")
add_custom_command(OUTPUT "${library}"
                   COMMAND "${GFORTRAN}" -m32 -msse2 -mfpmath=sse -O2 -shared -fPIC
                           "${CMAKE_SOURCE_DIR}/@NAME@_lib.f90" -o "${library}"
                   DEPENDS "${CMAKE_SOURCE_DIR}/@NAME@_lib.f90" VERBATIM)
add_custom_target(@NAME@_lib ALL DEPENDS "${library}")

)";

constexpr const char* kCmakeGiven =
    R"(# The library that the plugin wraps. It is copied into the plugin's folder, which is searched first.
set(LIBRARY "@LIBRARY@" CACHE FILEPATH "The library")
file(COPY_FILE "${LIBRARY}" "${CMAKE_BINARY_DIR}/@LIBRARY_FILE@" ONLY_IF_DIFFERENT)

)";

constexpr const char* kCmakePlugin = R"(# The plugin, 32-bit: @NAME@.b32.so, or .dll.
bridge32_add_plugin(@NAME@ @NAME@.cpp)
)";

constexpr const char* kCmakeDotnet = R"(cmake_minimum_required(VERSION 3.25)
project(@NAME@ LANGUAGES NONE)

# Mono's or the .NET Framework's compiler builds a 32-bit assembly.
find_program(CSC NAMES mcs csc REQUIRED)
set(assembly "${CMAKE_BINARY_DIR}/@NAME@.dll")
add_custom_command(OUTPUT "${assembly}"
                   COMMAND "${CSC}" -platform:x86 -target:library "-out:${assembly}"
                           "${CMAKE_SOURCE_DIR}/@NAME@.cs"
                   DEPENDS "${CMAKE_SOURCE_DIR}/@NAME@.cs" VERBATIM)
add_custom_target(@NAME@ ALL DEPENDS "${assembly}")
)";

constexpr const char* kLibraryC = R"(/* Stands in for the 32-bit library. */
#include <stdint.h>

#if defined(_WIN32)
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

EXPORTED int32_t add(int32_t a, int32_t b) { return a + b; }

EXPORTED void scale(double factor, double* x, int32_t count) {
    for (int32_t i = 0; i < count; ++i)
        x[i] *= factor;
}
)";

constexpr const char* kLibraryFortran = R"(! Stands in for the 32-bit library.
integer(4) function add(a, b)
    integer(4), intent(in) :: a, b
    add = a + b
end function

subroutine scale(factor, x, count)
    real(8), intent(in) :: factor
    integer(4), intent(in) :: count
    real(8), intent(inout) :: x(count)
    x = factor * x
end subroutine
)";

constexpr const char* kAssembly = R"(// Stands in for the assembly.
namespace @CLASS@
{
    public static class Calculator
    {
        public static int Add(int a, int b) { return a + b; }

        public static double[] Scale(double factor, double[] x)
        {
            var y = new double[x.Length];
            for (int i = 0; i < x.Length; ++i) y[i] = factor * x[i];
            return y;
        }
    }
}
)";

// ---- the plugin -------------------------------------------------------------------------------

constexpr const char* kPluginBegin =
    R"(// The plugin @NAME@: the functions of the library @LIBRARY_NAME@ that clients can call.
#include <bridge32/plugin.hpp>

class @CLASS@ : public bridge32::Plugin {
public:
    @CLASS@() : lib_("@LIBRARY_TEXT@") {
)";

constexpr const char* kMethodsC =
    R"(        method("add", lib_.function<std::int32_t(std::int32_t, std::int32_t)>("add"), {"a", "b"},
               "Add a and b.");
        method("scale", &@CLASS@::scale, {"factor", "x"}, "Multiply every element of x by factor.");
    }

    std::vector<double> scale(double factor, std::vector<double> x) const {
        lib_.function<void(double, double*, std::int32_t)>("scale")(
            factor, x.data(), static_cast<std::int32_t>(x.size()));
        return x;
    }
)";

// Fortran passes everything by reference.
constexpr const char* kMethodsFortran =
    R"(        method("add", &@CLASS@::add, {"a", "b"}, "Add a and b.");
        method("scale", &@CLASS@::scale, {"factor", "x"}, "Multiply every element of x by factor.");
    }

    // Fortran passes everything by reference. The library exports `add` as `add_`, which is found, too.
    std::int32_t add(std::int32_t a, std::int32_t b) const {
        return lib_.function<std::int32_t(const std::int32_t*, const std::int32_t*)>("add")(&a, &b);
    }

    std::vector<double> scale(double factor, std::vector<double> x) const {
        const auto count = static_cast<std::int32_t>(x.size());
        lib_.function<void(const double*, double*, const std::int32_t*)>("scale")(
            &factor, x.data(), &count);
        return x;
    }
)";

constexpr const char* kMethodsGivenBegin =
    R"(        property("library", [this] { return lib_.path(); }, "The path of the library.");

        // One method for each function that the library exports. A library does not contain the
        // types: take RESULT and PARAMETERS from its header or documentation, and remove the
        // slashes. After the function you can pass parameter names, {"a", "b"}, and a description.
        // Strings are const char*, arrays double* and so on: for these, write a member function
        // that calls the library's, as the guide for plugin authors (sdk/README.md) shows.@FORTRAN_NOTE@
)";

constexpr const char* kFortranNote = R"(
        // Fortran passes everything by reference: integer(4) is `const std::int32_t*`.)";

constexpr const char* kPluginEnd = R"(
private:
    bridge32::Library lib_;  // found in this plugin's folder
};

BRIDGE32_PLUGIN(@CLASS@)
)";

// ---- how to go on -----------------------------------------------------------------------------

constexpr const char* kReadmeCpp = R"(# @NAME@

A bridge32 plugin around the 32-bit library `@LIBRARY_NAME@`.

```
cmake -S . -B build@PREFIX_OPTION@
cmake --build build
bridge32 describe --plugin-path build @NAME@
bridge32 call --plugin-path build @NAME@ @EXAMPLE@
```

The compiler must be able to build 32-bit programs (Debian: `apt-get install g++-multilib`);
`bridge32 doctor` checks this. To call the plugin from a 64-bit C++ program:

```cpp
#include <bridge32/client.hpp>

bridge32::Client client("@NAME@", {.plugin_path = "build"});
auto result = client.@CPP_EXAMPLE@;
```

`bridge32 stub --plugin-path build @NAME@ --out @NAME@_client.hpp` generates a typed client class.
)";

constexpr const char* kReadmeDotnet = R"(# @NAME@

The plugin `dotnet`, which ships with bridge32, calls the public methods of a .NET assembly by name.
You do not write a plugin.

```
@BUILD@bridge32 describe dotnet --kwargs "assembly=@ASSEMBLY@"
bridge32 call dotnet --kwargs "assembly=@ASSEMBLY@" @EXAMPLE@
```

It needs the 32-bit Mono runtime; `bridge32 doctor` says how to install it.
)";

/// `text` for use between quotes in CMake or C++.
std::string escaped(const std::string& text, std::string_view special) {
    std::string result;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

constexpr std::string_view kSpecialInCmake = "\\\"$";
constexpr std::string_view kSpecialInCpp = "\\\"";

/// With forward slashes, as CMake writes paths on all systems.
std::string with_slashes(std::string path) {
    if (std::filesystem::path::preferred_separator == '\\')
        std::replace(path.begin(), path.end(), '\\', '/');
    return path;
}

// ---- a method for each export --------------------------------------------------------------

using binary::Convention;
using binary::ExportName;

// Exports that a plugin never calls.
bool is_callable(const ExportName& name) {
    static const std::set<std::string> kNotCalled{
        "DllMain",           "DllCanUnloadNow",     "DllGetClassObject",
        "DllRegisterServer", "DllUnregisterServer", "DllEntryPoint"};
    static constexpr std::string_view kOfCompiler[] = {
        "vftable", "vtable for", "VTT for", "typeinfo", "guard variable for", "virtual thunk to"};
    return !name.name.empty() && !kNotCalled.contains(name.base) &&
           std::none_of(std::begin(kOfCompiler), std::end(kOfCompiler), [&](std::string_view part) {
               return name.readable.find(part) != std::string::npos;
           });
}

bool is_cpp(const ExportName& name) {
    return name.form == binary::NameForm::kCpp || name.form == binary::NameForm::kCppMicrosoft;
}

/// The qualified name in front of the parameters: `geometry::area`.
std::string qualified_name(const ExportName& name) {
    return name.readable.substr(0, name.readable.find('('));
}

/// `Shape` of `Shape::area(int)`; empty for a function without a scope.
std::string scope_of(const ExportName& name) {
    const std::string qualified = qualified_name(name);
    const std::size_t at = qualified.rfind("::");
    return at == std::string::npos ? "" : qualified.substr(0, at);
}

/// The last part of a scope: `Shape` of `geometry::Shape`.
std::string last_of(const std::string& scope) {
    const std::size_t at = scope.rfind("::");
    return at == std::string::npos ? scope : scope.substr(at + 2);
}

bool is_constructor(const ExportName& name) {
    const std::string scope = scope_of(name);
    const std::string own = qualified_name(name).substr(scope.empty() ? 0 : scope.size() + 2);
    return !scope.empty() && (own == last_of(scope) || own.starts_with('~'));
}

/// The scopes that are certainly classes, not namespaces.
std::set<std::string> classes_in(const LibraryFacts& facts) {
    std::set<std::string> classes;
    for (const auto& name : facts.names) {
        if (name.form != binary::NameForm::kCpp) continue;
        for (const std::string beginning : {"vtable for ", "typeinfo for "}) {
            if (name.readable.starts_with(beginning)) {
                classes.insert(name.readable.substr(beginning.size()));
            }
        }
        if (is_constructor(name) || name.readable.ends_with(" const")) {
            classes.insert(scope_of(name));
        }
    }
    return classes;
}

/// The parameter list of a demangled name: "int, int"; nothing if it has none, or types that only
/// the library's headers declare.
std::optional<std::string> known_parameters(const ExportName& name) {
    const std::size_t open = name.readable.find('(');
    const std::size_t close = name.readable.rfind(')');
    if (!is_cpp(name) || open == std::string::npos || close == std::string::npos || close < open) {
        return std::nullopt;
    }
    const std::string list = name.readable.substr(open + 1, close - open - 1);
    static const std::set<std::string> kWords{"void",  "bool",    "char",    "short",   "int",
                                              "long",  "float",   "double",  "signed",  "unsigned",
                                              "const", "wchar_t", "__int64", "char16_t"};
    std::string word;
    for (const char c : list + ' ') {
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == ':') {
            word += c;
        } else if (c != ' ' && c != ',' && c != '*' && c != '&') {
            return std::nullopt;  // a template, a function, an array
        } else if (!word.empty()) {
            if (!kWords.contains(word)) return std::nullopt;
            word.clear();
        }
    }
    return list;
}

const char* macro_of(Convention convention) {
    switch (convention) {
        case Convention::kStdcall:
            return " BRIDGE32_STDCALL";
        case Convention::kFastcall:
            return " BRIDGE32_FASTCALL";
        case Convention::kThiscall:
            return " BRIDGE32_THISCALL";
        default:
            return "";
    }
}

/// Why no method can be written for an export; empty if one can.
std::string obstacle(const ExportName& name, const std::set<std::string>& classes) {
    if (is_cpp(name)) {
        if (is_constructor(name)) return "a constructor or destructor";
        if (name.convention == Convention::kThiscall || name.readable.ends_with(" const") ||
            (name.form == binary::NameForm::kCpp && classes.contains(scope_of(name)))) {
            return "a member function: unless it is static, it needs an object";
        }
        if (name.readable.find("std::") != std::string::npos ||
            name.readable.find("class std") != std::string::npos) {
            const bool is_new = name.readable.find("std::__cxx11::") != std::string::npos;
            return std::string("it has types of the C++ library") +
                   (name.form != binary::NameForm::kCpp || is_new
                        ? ""
                        : ", strings and lists in the old ABI (_GLIBCXX_USE_CXX11_ABI=0)");
        }
    }
    return {};
}

/// The lines of the plugin's constructor: a commented method for each function that the library
/// exports. What its file does not tell is not guessed.
std::string methods_for(const LibraryFacts& facts) {
    std::string text;
    std::set<std::string> taken;
    const std::set<std::string> classes = classes_in(facts);
    for (std::size_t i = 0; i < facts.names.size(); ++i) {
        const auto& name = facts.names[i];
        if (!is_callable(name)) continue;
        if (facts.exports[i].is_variable) {
            text += "        // " + name.readable + ": a variable, lib_.variable<TYPE>(\"" +
                    name.name + "\")\n";
            continue;
        }
        if (const std::string why = obstacle(name, classes); !why.empty()) {
            text += "        // " + name.readable + ": " + why + "\n";
            continue;
        }
        const std::string method = new_identifier(name.base, taken);
        if (name.readable != name.name) {
            text += "        // " + name.readable +
                    (name.form == binary::NameForm::kCpp && !scope_of(name).empty()
                         ? "; if " + scope_of(name) + " is a class, this may need an object"
                         : "") +
                    "\n";
        }
        if (name.argument_bytes) {
            text += "        // " + std::to_string(*name.argument_bytes) +
                    " bytes of arguments: an int or a pointer takes 4, a double 8\n";
        }
        text += "        // method(\"" + method + "\", lib_.function<RESULT" +
                macro_of(name.convention) + "(" + known_parameters(name).value_or("PARAMETERS") +
                ")>(\"" + name.name + "\"));\n";
    }
    return text.empty() ? "        // The library exports no functions by name.\n" : text;
}

}  // namespace

std::map<std::string, std::string> make_skeleton(const NewProject& project) {
    const bool given = project.library != nullptr;
    const std::string library = given ? utf8_of(project.library->file) : "";
    const std::string file = given ? utf8_of(project.library->file.filename()) : "";
    std::map<std::string, std::string> values{
        {"NAME", project.name},
        {"CLASS", class_name(project.name)},
        {"LIBRARY", escaped(with_slashes(library), kSpecialInCmake)},
        {"LIBRARY_FILE", escaped(file, kSpecialInCmake)},
        {"LIBRARY_NAME", given ? file : project.name + "_lib"},
        {"LIBRARY_TEXT", given ? escaped(file, kSpecialInCpp) : project.name + "_lib"},
        {"PREFIX_OPTION", project.prefix.empty()
                              ? ""
                              : ' ' + quoted("-DCMAKE_PREFIX_PATH=" + utf8_of(project.prefix))},
        {"FORTRAN_NOTE", project.language == "fortran" ? kFortranNote : ""},
        {"EXAMPLE", given ? "library" : "add 1 2"},
        {"CPP_EXAMPLE", given ? "get<std::string>(\"library\")" : "call<int>(\"add\", 1, 2)"}};
    std::map<std::string, std::string> files;
    if (project.language == "dotnet") {
        values["ASSEMBLY"] = given ? library : "$PWD/build/" + project.name + ".dll";
        values["BUILD"] = given ? "" : "cmake -S . -B build\ncmake --build build\n";
        values["EXAMPLE"] = given ? "types" : class_name(project.name) + ".Calculator.Add 1 2";
        files["README.md"] = kReadmeDotnet;
        if (!given) {
            files["CMakeLists.txt"] = kCmakeDotnet;
            files[project.name + ".cs"] = kAssembly;
        }
    } else {
        const bool fortran = project.language == "fortran";
        files["CMakeLists.txt"] = std::string(kCmakeBegin) +
                                  (given     ? kCmakeGiven
                                   : fortran ? kCmakeOwnFortran
                                             : kCmakeOwnC) +
                                  kCmakePlugin;
        std::string methods = fortran ? kMethodsFortran : kMethodsC;
        if (given) methods = kMethodsGivenBegin + methods_for(*project.library) + "    }\n";
        files[project.name + ".cpp"] = kPluginBegin + methods + kPluginEnd;
        files["README.md"] = kReadmeCpp;
        if (!given && !fortran) files[project.name + "_lib.c"] = kLibraryC;
        if (!given && fortran) files[project.name + "_lib.f90"] = kLibraryFortran;
    }
    for (auto& [name, content] : files)
        content = filled(content, values);
    return files;
}

}  // namespace bridge32::tool
