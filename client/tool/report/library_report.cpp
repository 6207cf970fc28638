#include "tool/report/library_report.hpp"

#include <algorithm>
#include <system_error>

#include "binary/dependencies.hpp"
#include "binary/library_facts.hpp"
#include "binary/windows_sources.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "os/path.hpp"
#include "tool/report/foreign_search.hpp"
#include "tool/support/identifier.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;
using binary::Format;
using binary::NameForm;
using detail::utf8_of;

constexpr const char* kPluginEntry = "bridge32_plugin_entry";

/// The Fortran compilers' run-time libraries.
bool is_fortran_runtime(const std::string& name) {
    for (const char* beginning : {"libgfortran", "libifcore", "libifort", "libflang", "libg2c",
                                  "libf2c", "dforrt", "msfort", "LIBIFCORE", "DFORRT"}) {
        if (name.starts_with(beginning)) return true;
    }
    return false;
}

bool any_export(const LibraryFacts& facts, const char* name) {
    return std::any_of(facts.names.begin(), facts.names.end(),
                       [&](const auto& entry) { return entry.base == name; });
}

std::string advice_on_missing(const Need& need, const LibraryFacts& facts) {
    const std::string bits = std::to_string(facts.image.bits) + "-bit";
    if (facts.image.format == Format::kPe) {
        auto source = binary::windows_library_source(need.name, facts.image.bits);
        if (!source.empty()) return source;
    }
    return "Get its " + bits + " build and put it " +
           (facts.image.format == Format::kPe ? "beside the library"
                                              : "in a folder of library_path") +
           ".";
}

Need examine_need(const binary::Dependency& dependency, const LibraryFacts& facts) {
    Need need;
    need.name = dependency.name;
    need.direct = dependency.needed_by.needed_by == nullptr;
    need.needed_by = utf8_of(dependency.needed_by.path.filename());
    need.path = dependency.found.path;
    need.image = dependency.image;
    need.searched = dependency.found.searched;
    if (dependency.found.already_loaded || (dependency.found.of_system && need.path.empty())) {
        need.state = Need::State::kOfSystem;
    } else if (need.path.empty()) {
        need.state = Need::State::kMissing;
        need.advice = advice_on_missing(need, facts);
        if (!dependency.found.wrong_bits.empty()) {
            need.state = Need::State::kWrongBits;
            need.path = dependency.found.wrong_bits;
            need.image = binary::read_image(need.path);
        }
    } else if (need.image.bits == 0 || !need.image.is_library || need.image.is_damaged) {
        need.state = Need::State::kBad;
        need.advice = "It is " + need.image.description + ". " + advice_on_missing(need, facts);
    } else if (need.image.bits != facts.image.bits) {
        need.state = Need::State::kWrongBits;
        need.advice = advice_on_missing(need, facts);
    }
    return need;
}

Report export_report(const binary::Export& entry, const binary::ExportName& name) {
    Report report;
    report["name"] = entry.name;
    if (entry.ordinal != 0) report["ordinal"] = entry.ordinal;
    if (entry.is_variable) report["variable"] = true;
    if (name.readable != name.name) report["readable"] = name.readable;
    if (*binary::text_of(name.convention) != '\0') {
        report["convention"] = binary::text_of(name.convention);
    }
    if (name.argument_bytes) report["argument_bytes"] = *name.argument_bytes;
    if (!entry.forwarded_to.empty()) report["forwarded_to"] = entry.forwarded_to;
    return report;
}

Report need_report(const Need& need) {
    Report report = {{"name", need.name},
                     {"needed_by", need.needed_by},
                     {"direct", need.direct},
                     {"state", text_of(need.state)}};
    if (!need.path.empty()) {
        report["path"] = utf8_of(need.path);
        report["bits"] = need.image.bits;
    }
    if (need.state == Need::State::kMissing || need.state == Need::State::kWrongBits) {
        Report& searched = report["searched"] = Report::array();
        for (const auto& folder : need.searched)
            searched.push_back(utf8_of(folder));
    }
    if (!need.advice.empty()) report["advice"] = need.advice;
    return report;
}

/// A plugin's name made from the library's.
std::string plugin_name(const std::filesystem::path& file) {
    std::string name = utf8_of(file.filename());
    name.resize(std::min(name.find('.'), name.size()));
    if (name.size() > 3 && name.starts_with("lib")) name.erase(0, 3);
    name = identifier(name);
    return name.starts_with('_') ? "my" + name : name;
}

std::vector<std::string> advice_on_dotnet(const LibraryFacts& facts) {
    const auto& image = facts.image;
    if (image.dotnet_any_cpu) {
        return {
            "It is a .NET assembly for any bitness (AnyCPU); a 64-bit .NET program can use it "
            "directly. If it calls 32-bit native libraries, or your program does not use .NET, "
            "use the plugin dotnet: see plugins/dotnet/README.md."};
    }
    if (image.dotnet_native_code) {
        return {
            "It mixes .NET and native code (C++/CLI), which needs Microsoft's .NET Framework. "
            "Wrap it in a C# assembly on Windows, or call the library that it wraps."};
    }
    return {"It is a .NET assembly" + std::string(image.bits == 32 ? " for 32 bit" : "") +
            ". The plugin dotnet calls its public methods; you write no C++: bridge32 "
            "describe dotnet --kwargs 'assembly=" +
            utf8_of(facts.file) + "'"};
}

void advise_on_functions(const LibraryFacts& facts, std::vector<std::string>& advice) {
    const std::string name = plugin_name(facts.file);
    if (!facts.exports_known) {
        advice.emplace_back(
            "Its exports cannot be read because the section table is missing; the file may be "
            "damaged. Get the file again, or take the names from its documentation.");
        return;
    }
    if (facts.exports.empty()) {
        advice.emplace_back(
            "It exports nothing, so nothing can be called. It may be part of another library, "
            "contain only resources, or have been built with all functions hidden.");
        return;
    }
    const std::string file = quoted(utf8_of(facts.file));
    if (!facts.is_cpp && facts.image.bits == 32) {
        advice.push_back(
            "With its C header, make an interface file, which stands for a plugin: "
            "bridge32 interface HEADER --library " +
            file + " -o " + name + ".b32i");
        advice.push_back("To try one function, call it by its declaration: bridge32 call " + file +
                         " 'RESULT NAME(PARAMETERS)' ARGUMENTS");
    }
    advice.push_back("Or generate a plugin project: bridge32 new " + name + " --library " + file +
                     ". Each export becomes a method; you fill in the types from the library's "
                     "header or documentation.");
    if (facts.is_cpp) {
        advice.emplace_back(
            "It exports C++ functions. Free functions can be called by their decorated names. "
            "Classes need the library's header and a compatible compiler: see samples/cpp.");
    }
    if (facts.is_fortran) {
        advice.emplace_back(
            "It is written in Fortran: arguments are passed by reference, arrays are stored by "
            "columns, and strings have a hidden length argument. See samples/fortran.");
    }
}

}  // namespace

const char* text_of(Need::State state) noexcept {
    switch (state) {
        case Need::State::kFound:
            return "found";
        case Need::State::kOfSystem:
            return "comes with the system";
        case Need::State::kMissing:
            return "missing";
        case Need::State::kWrongBits:
            return "wrong bitness";
        case Need::State::kBad:
            return "not a library";
    }
    return "";
}

bool LibraryFacts::complete() const {
    return image.is_library && !image.is_damaged &&
           std::all_of(needs.begin(), needs.end(), [](const Need& need) {
               return need.state == Need::State::kFound || need.state == Need::State::kOfSystem;
           });
}

LibraryFacts examine(const fs::path& file, const binary::Paths& library_path) {
    LibraryFacts facts;
    std::error_code error;
    facts.file = os::absolute_path(file);
    facts.image = binary::read_image(file);
    facts.size = fs::file_size(file, error);
    if (error) facts.size = 0;
    if (facts.image.bits == 0) return facts;
    const auto real = os::canonical_path(facts.file, error);
    facts.version = binary::library_version(error ? facts.file : real);
    facts.exports = binary::exports_of(file);
    facts.exports_known = binary::can_list_exports(file);

    const auto& needed = facts.image.needed;
    facts.is_fortran = std::any_of(needed.begin(), needed.end(), is_fortran_runtime);
    for (const auto& entry : facts.exports) {
        facts.names.push_back(binary::read_export_name(entry.name, facts.is_fortran));
        const NameForm form = facts.names.back().form;
        facts.is_fortran = facts.is_fortran || form == NameForm::kFortran;
        facts.is_cpp = facts.is_cpp || form == NameForm::kCpp || form == NameForm::kCppMicrosoft;
    }
    facts.is_com_server = any_export(facts, "DllGetClassObject");
    facts.is_plugin = any_export(facts, kPluginEntry);
    binary::walk_dependencies(
        facts.file, facts.image,
        [&](const binary::Dependency& dependency) {
            facts.needs.push_back(examine_need(dependency, facts));
            return true;
        },
        finder_for(facts.image.format, facts.image.bits, library_path));
    return facts;
}

std::vector<std::string> advice_for(const LibraryFacts& facts) {
    const auto& image = facts.image;
    if (image.format == Format::kUnreadable)
        return {"Check the path and your permission to read it."};
    if (image.bits == 16) {
        return {
            "It is a 16-bit Windows library, which neither bridge32 nor 64-bit Windows can load. "
            "Look for a 32-bit version."};
    }
    if (image.bits == 0) {
        return {(image.is_damaged ? "If it was a library, get the file again. Otherwise give"
                                  : "Give") +
                std::string(" the path of a library: NAME.dll or libNAME.so.")};
    }
    if (image.is_damaged) {
        return {
            "It is damaged or truncated: parts that its header lists are missing. Get the file "
            "again."};
    }
    if (!image.is_library) {
        return {"It is not a library. A program's libraries are often in its folder."};
    }
    std::vector<std::string> advice;
    if (!facts.complete()) {
        advice.emplace_back("It cannot be loaded yet: first fix the dependencies above.");
    }
    if (facts.is_plugin) {
        advice.push_back("It is a bridge32 plugin: bridge32 describe " +
                         quoted(utf8_of(facts.file)));
        return advice;
    }
    if (image.is_dotnet) {
        for (auto& line : advice_on_dotnet(facts))
            advice.push_back(std::move(line));
        return advice;
    }
    if (image.machine != "i386" && image.machine != "x86-64") {
        advice.push_back("It is for the processor " + image.machine +
                         "; bridge32 supports only x86.");
        return advice;
    }
    if (image.format != binary::kNativeFormat) {
        advice.emplace_back(
            image.format == Format::kPe
                ? "It is a Windows library, which this system cannot load. Use bridge32 "
                  "on Windows, or bridge32's Windows build under Wine."
                : "It is a Linux library, which Windows cannot load. Use bridge32 "
                  "on Linux.");
    }
    if (image.bits == 64) {
        advice.emplace_back(
            "It is 64-bit: a 64-bit program can load it directly and does not need bridge32. To "
            "run it in a separate process anyway, use host64.");
    }
    if (image.text_relocations) {
        advice.emplace_back(
            "It has text relocations: its code was compiled without -fPIC and is changed when it "
            "is "
            "loaded. That works here unless the system forbids it, as SELinux may; then get a "
            "build "
            "with -fPIC.");
    }
    if (image.executable_stack && image.is_library) {
        advice.emplace_back(
            "It asks for an executable stack, as old libraries and assembler code do, which makes "
            "every overrun of a buffer in the host more dangerous, and which some systems refuse. "
            "If "
            "it does not need one, clear the flag in a copy (patchelf --clear-execstack).");
    }
    if (facts.is_com_server) {
        advice.emplace_back(
            "It is a COM server (it exports DllGetClassObject). On Windows, register it with "
            "the 32-bit regsvr32 (C:\\Windows\\SysWOW64\\regsvr32.exe), then use the plugin com: "
            "see plugins/com/README.md.");
    }
    advise_on_functions(facts, advice);
    return advice;
}

Report to_report(const LibraryFacts& facts) {
    const auto& image = facts.image;
    Report report = {{"file", utf8_of(facts.file)}, {"description", image.description}};
    if (image.format == Format::kElf || image.format == Format::kPe) {
        report["format"] = image.format == Format::kElf ? "ELF" : "PE";
    }
    report["bits"] = image.bits;
    report["machine"] = image.machine;
    report["library"] = image.is_library;
    report["damaged"] = image.is_damaged;
    report["size"] = facts.size;
    if (!facts.version.empty()) report["version"] = facts.version;
    Report languages = Report::array();
    if (image.is_dotnet) languages.push_back(".NET");
    if (facts.is_fortran) languages.push_back("Fortran");
    if (facts.is_cpp) languages.push_back("C++");
    report["languages"] = languages;
    if (image.is_dotnet) {
        report["dotnet"] = {{"runtime", image.dotnet_version},
                            {"any_cpu", image.dotnet_any_cpu},
                            {"native_code", image.dotnet_native_code}};
    }
    report["com_server"] = facts.is_com_server;
    report["plugin"] = facts.is_plugin;
    if (image.format == Format::kElf) {
        report["text_relocations"] = image.text_relocations;
        report["executable_stack"] = image.executable_stack;
    }
    report["complete"] = facts.complete();
    report["exports_known"] = facts.exports_known;
    Report& exports = report["exports"] = Report::array();
    for (std::size_t i = 0; i < facts.exports.size(); ++i)
        exports.push_back(export_report(facts.exports[i], facts.names[i]));
    Report& needs = report["needs"] = Report::array();
    for (const auto& need : facts.needs)
        needs.push_back(need_report(need));
    report["next"] = advice_for(facts);
    return report;
}

}  // namespace bridge32::tool
