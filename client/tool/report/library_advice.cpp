// What somebody who has this file should do next.
#include <algorithm>
#include <string>

#include "bridge32/internal/text/path_text.hpp"
#include "tool/generate/identifier.hpp"
#include "tool/report/library_report.hpp"

namespace bridge32::tool {

namespace {

using binary::Format;
using detail::utf8_of;

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
            "It is a .NET assembly of no bitness (AnyCPU): a 64-bit .NET program can use it "
            "as it is. If it calls 32-bit native libraries, or your program is not a .NET "
            "one, use the plugin dotnet, see plugins/dotnet/README.md."};
    }
    if (image.dotnet_native_code) {
        return {
            "It mixes .NET and native code (C++/CLI), which needs Microsoft's .NET Framework: "
            "wrap it in a C# assembly on Windows, or call the library that it wraps."};
    }
    return {"It is a .NET assembly" + std::string(image.bits == 32 ? " for 32 bit" : "") +
            ". The plugin dotnet calls its public methods, without a line of C++: bridge32 "
            "describe dotnet --kwargs 'assembly=" +
            utf8_of(facts.file) + "'"};
}

void advise_on_functions(const LibraryFacts& facts, std::vector<std::string>& advice) {
    const std::string name = plugin_name(facts.file);
    if (!facts.exports_known) {
        advice.emplace_back(
            "What it exports cannot be read, because its table of sections is cut off or was "
            "taken away: the file may be damaged. Get it again; if it is the same again, take "
            "the names from its documentation.");
        return;
    }
    if (facts.exports.empty()) {
        advice.emplace_back(
            "It exports nothing, so there is nothing to call. It may be a part of another "
            "library, hold only resources, or have been built with all functions hidden.");
        return;
    }
    advice.push_back("Make a plugin around it: bridge32 new " + name + " --library " +
                     quoted(utf8_of(facts.file)) +
                     ". It writes one method for each export; you fill in the types, which no "
                     "library tells: its header or documentation does.");
    if (facts.is_cpp) {
        advice.emplace_back(
            "It exports C++ functions. Free functions can be called by their decorated names; "
            "classes need the compiler that built it, or its header and a compatible one. "
            "samples/cpp shows how.");
    }
    if (facts.is_fortran) {
        advice.emplace_back(
            "It is written in Fortran: arguments are passed by reference, arrays column by "
            "column, and texts with a hidden length. samples/fortran shows how.");
    }
}

}  // namespace

std::vector<std::string> advice_for(const LibraryFacts& facts) {
    const auto& image = facts.image;
    if (image.format == Format::unreadable) return {"Check the path, and that you may read it."};
    if (image.bits == 16) {
        return {
            "It is a library for 16-bit Windows. Neither bridge32 nor 64-bit Windows runs it: "
            "look for its 32-bit version."};
    }
    if (image.bits == 0) {
        return {(image.is_damaged ? "If it was a library, get the file again. Else give" : "Give") +
                std::string(" the path of the library itself: NAME.dll, or libNAME.so.")};
    }
    if (image.is_damaged) {
        return {
            "It is damaged, or cut short: parts that its header names are not there. Get the "
            "file again."};
    }
    if (!image.is_library) {
        return {"It is no library. Libraries that belong to a program often lie in its folder."};
    }
    std::vector<std::string> advice;
    if (!facts.complete()) {
        advice.emplace_back("It cannot be loaded yet: first see to what it needs, see above.");
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
                         ", and bridge32 is for x86: it cannot be used here.");
        return advice;
    }
    if (image.format != binary::kNativeFormat) {
        advice.emplace_back(image.format == Format::pe
                                ? "It is for Windows: use bridge32 there, or bridge32's build for "
                                  "Windows under Wine. This system does not load it."
                                : "It is for Linux: use bridge32 there. Windows does not load it.");
    }
    if (image.bits == 64) {
        advice.emplace_back(
            "It is 64-bit: a 64-bit program can load it directly, and needs no bridge32. To run "
            "it in a process of its own all the same, use host64.");
    }
    if (facts.is_com_server) {
        advice.emplace_back(
            "It is a COM server (it exports DllGetClassObject). On Windows, register it with "
            "the 32-bit regsvr32 (C:\\Windows\\SysWOW64\\regsvr32.exe), then use the plugin com, "
            "see plugins/com/README.md.");
    }
    advise_on_functions(facts, advice);
    return advice;
}

}  // namespace bridge32::tool
