// glibc's messages. They are not translated in practice (its loader has no catalogue for
// most), and where one is, it is passed on as it is.
#include "binary/load_failure.hpp"

#include <boost/core/demangle.hpp>
#include <optional>
#include <string_view>

#include "os/path.hpp"

namespace bridge32::binary {

namespace {

std::string backquoted(const std::string& text) { return "`" + text + "`"; }

/// The part of `text` between `before` and `after`; nothing if either is missing.
std::optional<std::string> between(const std::string& text, std::string_view before,
                                   std::string_view after) {
    const std::size_t begin = text.find(before);
    if (begin == std::string::npos) return std::nullopt;
    const std::size_t from = begin + before.size();
    const std::size_t end = after.empty() ? text.size() : text.find(after, from);
    if (end == std::string::npos) return std::nullopt;
    return text.substr(from, end - from);
}

/// "FILE: rest" begins most messages; the file may be a dependency of the library.
std::string file_of(const std::string& message, const std::filesystem::path& otherwise) {
    const std::size_t colon = message.find(": ");
    return colon == std::string::npos || message.front() != '/' ? os::utf8_of(otherwise)
                                                                : message.substr(0, colon);
}

std::string undefined_symbol(const std::string& file, const std::string& rest) {
    const std::string symbol = rest.substr(0, rest.find_first_of(", \t("));
    const std::string readable = boost::core::demangle(symbol.c_str());
    return backquoted(file) + " uses " + backquoted(symbol) +
           (readable == symbol ? "" : " (" + readable + ")") +
           ", which neither it nor its dependencies define. It was built against another version "
           "of one of them, or expects the program to define the symbol. Install the version that "
           "it was built against; or first load the library that defines the symbol, with {.global "
           "= true}; or, if the symbol is never used, load this library with {.lazy = true}.";
}

std::string missing_version(const std::string& library, const std::string& version,
                            const std::string& needed_by) {
    std::string text = backquoted(needed_by) + " needs version " + backquoted(version) + " of " +
                       backquoted(library) + ", which it does not have. ";
    if (version.starts_with("GLIBC_")) {
        return text +
               "It was built on a newer Linux. Run it there, or get a build for this system.";
    }
    return text + "Install a newer version of that library, or add its folder to library_path.";
}

struct Hint {
    std::string_view message;
    std::string_view advice;
};

constexpr Hint kHints[] = {
    {"failed to map segment",
     "Its file system may be mounted noexec. Copy the library to another folder."},
    {"cannot enable executable stack",
     "It requires an executable stack, as old assembler code often does, which this system "
     "refuses. Clear the flag in a copy of the library (patchelf --clear-execstack)."},
    {"cannot make segment writable for relocation",
     "It has text relocations: its code was compiled without -fPIC and is changed when it is "
     "loaded, "
     "which this system refuses (SELinux, for example). Get a build with -fPIC, or allow it "
     "(SELinux: "
     "setsebool -P allow_execmod 1, or label the library textrel_shlib_t)."},
    {"cannot restore segment prot after reloc",
     "It has text relocations: its code was compiled without -fPIC and is changed when it is "
     "loaded, "
     "which this system refuses (SELinux, for example). Get a build with -fPIC, or allow it "
     "(SELinux: "
     "setsebool -P allow_execmod 1, or label the library textrel_shlib_t)."},
    {"static TLS block",
     "Its thread-local data must be reserved when the process starts. Set LD_PRELOAD to the "
     "library in the option `environment`."},
    {"cannot open shared object file: Permission denied",
     "Make the file readable and its folders searchable for the host's user."},
};

}  // namespace

std::string explain_system_message(const std::filesystem::path& path, const std::string& message) {
    if (const auto rest = between(message, "undefined symbol: ", "")) {
        return undefined_symbol(file_of(message, path), *rest);
    }
    const auto version = between(message, "version `", "' not found");
    const auto needed_by = between(message, "(required by ", ")");
    if (version && needed_by) return missing_version(file_of(message, path), *version, *needed_by);
    std::string text = "cannot load the library " + quoted(path) + ": " + message;
    for (const Hint& hint : kHints) {
        if (message.find(hint.message) != std::string::npos) {
            text += ". ";
            text += hint.advice;
        }
    }
    return text;
}

std::string dependency_source(const std::string& /*name*/) { return {}; }

}  // namespace bridge32::binary
