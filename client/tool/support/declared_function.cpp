#include "tool/support/declared_function.hpp"

#include <filesystem>
#include <optional>

#include "binary/exports.hpp"
#include "binary/image.hpp"
#include "interface/interface.hpp"
#include "os/path.hpp"
#include "tool/headers/any_reader.hpp"
#include "tool/headers/library_names.hpp"
#include "tool/headers/rules.hpp"
#include "tool/support/arguments.hpp"

namespace bridge32::tool {

namespace fs = std::filesystem;

namespace {

/// The library that a command line names instead of a plugin.
struct NamedLibrary {
    std::string name;  ///< absolute, or for the system's search
    std::optional<fs::path> file;
    interfaces::Target target;
};

NamedLibrary library_of(const PluginOptions& options) {
    const auto platform_of = [](binary::Format format) {
        return format == binary::Format::kPe ? interfaces::Platform::windows_
                                             : interfaces::Platform::linux_;
    };
    NamedLibrary library{options.name, std::nullopt, {platform_of(binary::kNativeFormat), 32}};
    const fs::path path = os::path_from_utf8(options.name);
    std::error_code ignored;
    if (os::is_bare_name(path) && !fs::is_regular_file(path, ignored)) return library;
    const fs::path file = os::absolute_path(path);
    library.name = os::utf8_of(file);
    if (!fs::exists(file, ignored)) return library;  // opening it says so
    const auto image = binary::read_image(file);
    if (!image.is_library || image.bits != 32) {
        throw WrongUsage(options.name + " is " + image.description +
                         ": functions of 32-bit libraries can be called without a plugin");
    }
    library.file = file;
    library.target.platform = platform_of(image.format);
    return library;
}

}  // namespace

bool is_declaration(const std::string& method) { return method.find('(') != std::string::npos; }

std::string declare(PluginOptions& options, const std::string& declaration) {
    const NamedLibrary library = library_of(options);
    try {
        auto declared = interfaces::parse_declaration(declaration, library.target);
        if (declared.functions.size() != 1) {
            throw WrongUsage("this declares no function: " + declaration);
        }
        declared.library.name = library.name;
        options.interface_text = interfaces::text_of(declared);
        return declared.functions.front().name;
    } catch (const interfaces::SyntaxError& e) {
        throw WrongUsage(std::string(e.what()) + "\nThe declaration: " + declaration);
    }
}

std::string text_by_header(const PluginOptions& options) {
    const NamedLibrary library = library_of(options);
    std::optional<LibraryNames> names;
    HeaderOptions reading;
    reading.headers = {os::absolute_path(os::path_from_utf8(options.header))};
    reading.target = library.target;
    if (library.file && binary::can_list_exports(*library.file)) {
        names.emplace(binary::exports_of(*library.file));
        reading.is_exported = [&](const std::string& name) { return names->find(name) != nullptr; };
    }
    auto declared = read_headers(reading).content.declared;
    declared.library.platform = library.target.platform;
    declared.library.name = library.name;
    apply_rules(declared);
    if (names) hold_against(declared, *names);
    return interfaces::text_of(declared);
}

}  // namespace bridge32::tool
