#include "os/path.hpp"

#include <algorithm>
#include <cstddef>

namespace bridge32::os {

namespace {

constexpr std::string_view kDevicePrefix = R"(\\?\)";  // literal: only a backslash separates

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool equal_without_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return x == y || (is_letter(x) && is_letter(y) && (x | 0x20) == (y | 0x20));
    });
}

/// Reads a path from its beginning.
class Reader {
public:
    Reader(std::string_view path, PathRules rules)
        : path_(path), windows_(rules == PathRules::kWindows) {
        literal_ = windows_ && path.starts_with(kDevicePrefix);
    }

    PathParts split() {
        PathParts parts;
        parts.absolute = windows_ ? skip_windows_root() : skip_separator();
        parts.root = path_.substr(0, at_);
        while (at_ < path_.size()) {
            const std::string_view name = take_name();
            if (!name.empty() && (literal_ || name != ".")) parts.names.push_back(name);
            skip_separator();
        }
        return parts;
    }

private:
    bool is_separator(char c) const {
        return windows_ ? c == '\\' || (c == '/' && !literal_) : c == '/';
    }
    bool at_separator() const { return at_ < path_.size() && is_separator(path_[at_]); }
    bool skip_separator() {
        if (!at_separator()) return false;
        ++at_;
        return true;
    }
    std::string_view take_name() {
        const std::size_t begin = at_;
        while (at_ < path_.size() && !at_separator())
            ++at_;
        return path_.substr(begin, at_ - begin);
    }
    bool skip_drive() {
        if (path_.size() < at_ + 2 || !is_letter(path_[at_]) || path_[at_ + 1] != ':') return false;
        at_ += 2;
        return true;
    }
    /// A name and what separates it from the rest.
    bool skip_name() {
        const bool found = !take_name().empty();
        skip_separator();
        return found;
    }

    /// Returns whether the root makes the path absolute.
    bool skip_windows_root() {
        const bool two = path_.size() >= 2 && is_separator(path_[0]) && is_separator(path_[1]);
        if (!two) {
            const bool drive = skip_drive();
            return skip_separator() && drive;
        }
        at_ = 2;
        const bool device =
            path_.size() >= 4 && (path_[2] == '?' || path_[2] == '.') && is_separator(path_[3]);
        if (!device) return skip_server_and_share();
        at_ = 4;
        const std::size_t name_at = at_;
        if (equal_without_case(take_name(), "UNC")) {
            skip_separator();
            return skip_server_and_share();
        }
        at_ = name_at;
        return skip_name();  // a drive with its colon, a volume, a pipe
    }
    bool skip_server_and_share() {
        const bool server = skip_name();
        return skip_name() && server;
    }

    std::string_view path_;
    bool windows_;
    bool literal_ = false;
    std::size_t at_ = 0;
};

bool is_literal(std::string_view path, PathRules rules) {
    return rules == PathRules::kWindows && path.starts_with(kDevicePrefix);
}

char separator(PathRules rules) { return rules == PathRules::kWindows ? '\\' : '/'; }

std::string with_backslashes(std::string_view text, PathRules rules) {
    std::string result(text);
    if (rules == PathRules::kWindows) std::replace(result.begin(), result.end(), '/', '\\');
    return result;
}

}  // namespace

PathParts split_path(std::string_view path, PathRules rules) { return Reader(path, rules).split(); }

std::string normal_path(std::string_view path, PathRules rules) {
    if (is_literal(path, rules)) return std::string(path);
    const PathParts parts = split_path(path, rules);
    std::vector<std::string_view> names;
    for (const auto name : parts.names) {
        if (rules != PathRules::kWindows || name != "..") {
            names.push_back(name);
        } else if (!names.empty() && names.back() != "..") {
            names.pop_back();
        } else if (!parts.absolute) {
            names.push_back(name);  // above a root there is nothing
        }
    }
    std::string result = with_backslashes(parts.root, rules);
    // A share's root may be written without a separator behind it.
    if (parts.absolute && !names.empty() && result.back() != separator(rules)) {
        result += separator(rules);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) result += separator(rules);
        result += names[i];
    }
    if (result.empty() && !path.empty()) return ".";
    // A first name with a colon is no drive.
    const bool misread = parts.root.empty() && !split_path(result, rules).root.empty();
    return misread ? std::string(".") + separator(rules) + result : result;
}

std::string join_paths(std::string_view folder, std::string_view path, PathRules rules) {
    const PathParts parts = split_path(path, rules);
    if (parts.absolute || folder.empty()) return std::string(path);
    if (path.empty()) return std::string(folder);
    const PathParts of_folder = split_path(folder, rules);
    if (!parts.root.empty()) {
        // Windows: `\a` on the folder's drive or share; `C:a` only on that drive.
        const bool of_drive = parts.root.back() == ':';
        const bool elsewhere = of_drive
                                   ? !equal_without_case(of_folder.root.substr(0, 2), parts.root)
                                   : of_folder.root.empty();
        if (elsewhere) return std::string(path);
        if (!of_drive) folder = of_folder.root;
        path.remove_prefix(parts.root.size());
    }
    std::string result(folder);
    // A drive alone is followed by what lies in its working directory.
    const bool separated = result.back() == separator(rules) ||
                           (result.back() == '/' && !is_literal(folder, rules)) ||
                           (result.back() == ':' && !of_folder.absolute);
    if (!separated) result += separator(rules);
    return result + (is_literal(folder, rules) ? with_backslashes(path, rules) : std::string(path));
}

bool is_absolute(const std::filesystem::path& path) {
    return split_path(utf8_of(path), kPathRules).absolute;
}

bool is_bare_name(const std::filesystem::path& path) {
    const std::string text = utf8_of(path);
    const PathParts parts = split_path(text, kPathRules);
    return parts.names.size() == 1 && parts.names.front().size() == text.size();
}

std::filesystem::path normal_path(const std::filesystem::path& path) {
    return path_from_utf8(normal_path(utf8_of(path), kPathRules));
}

std::filesystem::path join_paths(const std::filesystem::path& folder,
                                 const std::filesystem::path& path) {
    return path_from_utf8(join_paths(utf8_of(folder), utf8_of(path), kPathRules));
}

std::vector<std::filesystem::path> steps_to(const std::filesystem::path& path) {
    const std::string text = utf8_of(path);
    const PathParts parts = split_path(text, kPathRules);
    std::vector<std::filesystem::path> steps{path_from_utf8(parts.root)};
    for (const auto name : parts.names) {
        const auto end = static_cast<std::size_t>(name.data() + name.size() - text.data());
        steps.push_back(path_from_utf8(std::string_view(text).substr(0, end)));
    }
    return steps;
}

std::vector<std::filesystem::path> split_path_list(std::string_view text) {
    std::vector<std::filesystem::path> paths;
    while (!text.empty()) {
        const auto end = std::min(text.find(kPathListSeparator), text.size());
        if (end != 0) paths.push_back(path_from_utf8(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return paths;
}

}  // namespace bridge32::os
