#include "tool/headers/preprocessing_options.hpp"

#include <string>
#include <string_view>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/path.hpp"
#include "tool/headers/system_headers.hpp"

namespace bridge32::tool {

namespace fs = std::filesystem;

namespace {

/// clang's options that are understood; all others that could matter are errors.
void add_options(const std::vector<std::string>& given, PreprocessorOptions& to,
                 std::vector<fs::path>& first) {
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::string& option = given[i];
        const auto value_behind = [&](std::string_view name) {
            if (option.size() > name.size()) return option.substr(name.size());
            if (i + 1 >= given.size()) throw Error("the option " + option + " needs a value");
            return given[++i];
        };
        const auto folder = [&](std::string_view name, bool is_system) {
            const auto path = detail::path_from_utf8(value_behind(name));
            to.folders.push_back({os::absolute_path(path), is_system});
        };
        if (option.starts_with("-I")) {
            folder("-I", false);
        } else if (option.starts_with("-isystem")) {
            folder("-isystem", true);
        } else if (option.starts_with("-idirafter")) {
            folder("-idirafter", true);
        } else if (option.starts_with("-iquote")) {
            folder("-iquote", false);
        } else if (option.starts_with("-D")) {
            std::string text = value_behind("-D");
            const auto equals = text.find('=');
            if (equals == std::string::npos) {
                text += " 1";
            } else {
                text[equals] = ' ';
            }
            to.definitions += "#define " + text + "\n";
        } else if (option.starts_with("-U")) {
            to.definitions += "#undef " + value_behind("-U") + "\n";
        } else if (option == "-include") {
            first.push_back(detail::path_from_utf8(value_behind("-include")));
        } else if (!option.starts_with("-W") && !option.starts_with("-std=") && option != "-w" &&
                   !option.starts_with("-g") && !option.starts_with("-O")) {
            throw Error("the option " + option +
                        " needs libclang: without it, -I, -isystem, -D, -U and -include are "
                        "understood");
        }
    }
}

}  // namespace

PreprocessorOptions preprocessing_of(const HeaderOptions& options,
                                     std::vector<fs::path>& included) {
    PreprocessorOptions preprocessing;
    preprocessing.definitions = target_definitions(options.target);
    preprocessing.known = known_headers(options.target);
    add_options(options.clang_options, preprocessing, included);
    if (options.target.platform == interfaces::Platform::linux_) {
        for (const char* folder : {"/usr/local/include", "/usr/include/i386-linux-gnu",
                                   "/usr/include/x86_64-linux-gnu", "/usr/include"})
            preprocessing.others.emplace_back(folder);
    }
    for (const auto& header : options.headers) {
        const auto folder = header.parent_path();
        if (!is_shared_folder(folder))
            preprocessing.own_folders.push_back(detail::utf8_of(folder) + "/");
    }
    return preprocessing;
}

}  // namespace bridge32::tool
