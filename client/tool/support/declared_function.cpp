#include "tool/support/declared_function.hpp"

#include <filesystem>

#include "binary/image.hpp"
#include "interface/interface.hpp"
#include "os/path.hpp"
#include "tool/support/arguments.hpp"

namespace bridge32::tool {

namespace fs = std::filesystem;

bool is_declaration(const std::string& method) { return method.find('(') != std::string::npos; }

std::string declare(PluginOptions& options, const std::string& declaration) {
    const fs::path path = os::path_from_utf8(options.name);
    interfaces::Target target{binary::kNativeFormat == binary::Format::kPe
                                  ? interfaces::Platform::windows_
                                  : interfaces::Platform::linux_,
                              32};
    std::error_code ignored;
    const bool is_file = !os::is_bare_name(path) || fs::is_regular_file(path, ignored);
    if (is_file && fs::exists(path, ignored)) {
        const auto image = binary::read_image(path);
        if (!image.is_library || image.bits != 32) {
            throw WrongUsage(options.name + " is " + image.description +
                             ": functions of 32-bit libraries can be called by a declaration");
        }
        target.platform = image.format == binary::Format::kPe ? interfaces::Platform::windows_
                                                              : interfaces::Platform::linux_;
    }
    try {
        auto declared = interfaces::parse_declaration(declaration, target);
        if (declared.functions.size() != 1) {
            throw WrongUsage("this declares no function: " + declaration);
        }
        declared.library.name = is_file ? os::utf8_of(os::absolute_path(path)) : options.name;
        options.interface_text = interfaces::text_of(declared);
        return declared.functions.front().name;
    } catch (const interfaces::SyntaxError& e) {
        throw WrongUsage(std::string(e.what()) + "\nThe declaration: " + declaration);
    }
}

}  // namespace bridge32::tool
