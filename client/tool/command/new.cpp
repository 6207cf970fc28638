// bridge32 new: a plugin project that builds and works as it is.
#include <boost/dll/runtime_symbol_info.hpp>
#include <map>
#include <memory>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/path.hpp"
#include "tool/command/tool.hpp"
#include "tool/generate/skeleton.hpp"
#include "tool/support/files.hpp"
#include "tool/support/identifier.hpp"

namespace bridge32::tool {

namespace new_command {
namespace {

namespace fs = std::filesystem;
using detail::path_from_utf8;
using detail::utf8_of;

struct Options {
    std::string name;
    std::string library;
    std::string language;
    std::string folder;
};

/// The prefix that this tool and the CMake package are installed in; empty if they are not.
fs::path own_prefix() {
    const auto tool = fs::path(boost::dll::program_location());
    const fs::path prefix = tool.parent_path().parent_path();
    std::error_code ignored;
    const bool installed = fs::exists(
        prefix / BRIDGE32_LIBDIR / "cmake" / "bridge32" / "bridge32Config.cmake", ignored);
    return installed ? prefix : fs::path();
}

std::string language_of(const Options& options, const LibraryFacts& facts) {
    if (!options.language.empty()) return options.language;
    if (options.library.empty()) return "c";
    return facts.image.is_dotnet ? "dotnet" : facts.is_fortran ? "fortran" : "c";
}

void require_fit_name(const std::string& name) {
    if (name.empty() || identifier(name) != name || name.starts_with('_')) {
        throw WrongUsage(
            "\"" + name +
            "\" is not a valid name for the plugin: use letters, digits and underscores, "
            "begin with a letter, and use no C++ keyword");
    }
}

/// What `inspect` finds. Throws Error if no plugin can be made for the library.
LibraryFacts examine_library(const Options& options) {
    auto facts = examine(os::absolute_path(existing_file(options.library)), {});
    const auto& image = facts.image;
    if (!image.is_library || image.is_damaged) {
        throw Error(options.library + " is " + image.description +
                    (image.is_damaged && image.bits != 0 ? ", damaged or truncated" : "") +
                    "; a plugin cannot wrap it. Try: bridge32 inspect " + quoted(options.library));
    }
    if (!options.language.empty() && image.is_dotnet != (options.language == "dotnet")) {
        throw WrongUsage(options.library +
                         (image.is_dotnet ? " is a .NET assembly: use --lang dotnet"
                                          : " is not a .NET assembly: use --lang c or fortran") +
                         ", or omit --lang to detect it");
    }
    return facts;
}

/// Creates the folder; true if it did not exist. Throws Error if it is not empty.
bool make_folder(const fs::path& folder) {
    std::error_code error;
    const auto refuse = [&](const std::string& why) {
        throw Error(why + "; nothing was written. Choose another folder with --folder");
    };
    const bool made = fs::create_directories(folder, error);
    if (error) {
        std::error_code ignored;
        refuse(fs::is_regular_file(folder, ignored)
                   ? utf8_of(folder) + " is a file, not a folder"
                   : "cannot create the folder " + utf8_of(folder) + ": " + error.message());
    }
    const bool empty = fs::is_empty(folder, error);
    if (error) refuse("cannot read the folder " + utf8_of(folder) + ": " + error.message());
    if (!empty) refuse("the folder " + utf8_of(folder) + " is not empty");
    return made;
}

/// Writes all files or none.
void write_all(const fs::path& folder, const std::map<std::string, std::string>& files) {
    const bool made = make_folder(folder);
    std::vector<fs::path> written;
    try {
        for (const auto& [name, content] : files) {
            written.push_back(folder / path_from_utf8(name));
            write_file(utf8_of(written.back()), content);
        }
    } catch (const Error&) {
        std::error_code ignored;
        for (const auto& file : written)
            fs::remove(file, ignored);
        if (made) fs::remove(folder, ignored);
        throw;
    }
}

void show_next(Output& out, const NewProject& project, const fs::path& folder) {
    out.line();
    out.line("Next:");
    out.line("  cd " + quoted(utf8_of(folder)));
    if (project.language == "dotnet") {
        out.line("  less README.md");
        return;
    }
    out.line("  cmake -S . -B build " +
             quoted("-DCMAKE_PREFIX_PATH=" + (project.prefix.empty() ? "WHERE_BRIDGE32_IS_INSTALLED"
                                                                     : utf8_of(project.prefix))));
    out.line("  cmake --build build");
    out.line("  bridge32 call --plugin-path build " + project.name + " " +
             (project.library != nullptr ? "library" : "add 1 2"));
    if (project.library != nullptr) {
        out.line("Then fill in the methods in " + project.name + ".cpp.");
    }
}

int run(Tool& tool, const Options& options) {
    require_fit_name(options.name);
    LibraryFacts facts;
    if (!options.library.empty()) facts = examine_library(options);
    NewProject project;
    project.name = options.name;
    project.language = language_of(options, facts);
    project.library = options.library.empty() ? nullptr : &facts;
    project.prefix = own_prefix();
    const fs::path folder = path_from_utf8(options.folder.empty() ? options.name : options.folder);
    const auto files = make_skeleton(project);
    write_all(folder, files);
    Report report = {{"name", project.name},
                     {"language", project.language},
                     {"folder", utf8_of(os::absolute_path(folder))},
                     {"files", Report::array()}};
    for (const auto& file : files)
        report["files"].push_back(file.first);
    tool.print(report, [&] {
        Output& out = tool.out();
        for (const auto& file : report["files"])
            out.line("wrote " + utf8_of(folder / path_from_utf8(file.get<std::string>())));
        if (project.library != nullptr && facts.image.bits == 64) {
            out.line();
            out.paragraph(
                "Note: the library is 64-bit, but the project builds a 32-bit plugin. For a 64-bit "
                "plugin, write bridge32_add_plugin(… BITS 64).");
        }
        show_next(out, project, folder);
    });
    return kExitOk;
}

}  // namespace
}  // namespace new_command

void add_new(Tool& tool) {
    using namespace new_command;
    auto options = std::make_shared<Options>();
    auto& command = tool.command("new", "Generate a plugin project for a library",
                                 [&tool, options] { return run(tool, *options); });
    command.add_option("NAME", options->name, "The name of the plugin and of the new folder")
        ->required();
    command
        .add_option("--library", options->library,
                    "The library to wrap; each export becomes a method whose types you fill in. "
                    "Default: generate a small library, too")
        ->type_name("FILE");
    command
        .add_option(
            "--lang", options->language,
            "The library's language: c (also for others that export like C), fortran, dotnet; "
            "detected by default")
        ->check(CLI::IsMember({"c", "fortran", "dotnet"}));
    command.add_option("--folder", options->folder, "The folder to write to; ./NAME by default");
    command.footer(
        "  bridge32 new my_lib --library legacy.dll\n"
        "\n"
        "The project has a CMakeLists.txt, the plugin's source, and a README on how to build and "
        "call it.");
}

}  // namespace bridge32::tool
