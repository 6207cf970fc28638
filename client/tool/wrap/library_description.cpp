#include "tool/wrap/library_description.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "bridge32/error.hpp"

namespace bridge32::tool {

namespace {

void check_text(const std::string& text, const std::string& what) {
    if (text.empty()) throw Error(what + " is empty");
    if (text.find('\0') != std::string::npos)
        throw Error(what + " contains a zero byte: " + text.substr(0, text.find('\0')));
}

void check_file_name(const std::string& name, const std::string& what) {
    check_text(name, what);
    if (name.find_first_of("/\\") != std::string::npos)
        throw Error(what + " must be a name without a folder: " + name);
}

class Exports {
public:
    explicit Exports(const LibraryDescription& library) : library_(library) {}

    void add(const std::string& name, const std::string& version, bool is_default) {
        check_text(name, "the name of an export");
        const std::string shown = version.empty() ? name : name + "@" + version;
        if (!version.empty() && std::find(library_.versions.begin(), library_.versions.end(),
                                          version) == library_.versions.end())
            throw Error("the library does not define the version of " + shown);
        if (version.empty() && !is_default)
            throw Error("without a version " + shown + " must be the default");
        if (!exports_.emplace(name, version).second)
            throw Error(shown + " is exported twice; each name and version can stand once");
        if (is_default && !defaults_.emplace(name, version).second)
            throw Error(name + " has two default versions: " + version + " and " +
                        defaults_.at(name));
    }

    /// Of Windows; several names may share one.
    void add_ordinal_only(std::uint32_t ordinal) {
        if (!ordinals_.insert(ordinal).second)
            throw Error("#" + std::to_string(ordinal) + " is exported twice");
    }

private:
    const LibraryDescription& library_;
    std::set<std::pair<std::string, std::string>> exports_;
    std::map<std::string, std::string> defaults_;
    std::set<std::uint32_t> ordinals_;
};

}  // namespace

void check_description(const LibraryDescription& library) {
    check_file_name(library.file_name, "the library's file name");
    check_file_name(library.interface_file, "the name of the interface file");
    if (!library.soname.empty()) check_text(library.soname, "the SONAME");
    if (library.functions.empty())
        throw Error("the library " + library.file_name +
                    " would export no function; give an interface with at least one");
    std::set<std::string> versions;
    for (const auto& version : library.versions) {
        check_text(version, "the name of a version");
        if (!versions.insert(version).second) throw Error("two versions are called " + version);
    }
    Exports exports(library);
    for (const auto& function : library.functions) {
        if (function.name.empty() && function.ordinal)
            exports.add_ordinal_only(*function.ordinal);
        else
            exports.add(function.name, function.version, function.is_default_version);
    }
    for (const auto& constant : library.constants)
        exports.add(constant.name, constant.version, constant.is_default_version);
}

std::string runtime_name(const WrappedFunction& function) {
    if (function.name.empty()) return "#" + std::to_string(function.ordinal.value_or(0));
    return function.is_default_version ? function.name : function.name + "@" + function.version;
}

}  // namespace bridge32::tool
