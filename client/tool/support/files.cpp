#include "tool/support/files.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

#include "bridge32/error.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32::tool {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const std::string& what, const std::string& name) {
    const int reason = errno;
    throw Error("cannot " + what + " " + name +
                (reason == 0 ? "" : ": " + std::generic_category().message(reason)));
}

}  // namespace

fs::path existing_file(const std::string& name) {
    fs::path path = detail::path_from_utf8(name);
    std::error_code error;
    const auto status = fs::status(path, error);
    if (!fs::exists(status)) {
        const bool absent = status.type() == fs::file_type::not_found;
        throw Error(absent ? "file not found: " + name
                           : "cannot read " + name + ": " + error.message());
    }
    if (fs::is_directory(status)) {
        throw Error(name + " is a folder; give the path of a file");
    }
    if (!fs::is_regular_file(status))
        throw Error(name + " is a device or a pipe; give the path of a regular file");
    return path;
}

std::string read_file(const std::string& name) {
    std::string content;
    std::array<char, 65536> buffer{};
    if (name == "-") {
        while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), stdin))
            content.append(buffer.data(), size);
        return content;
    }
    const fs::path path = detail::path_from_utf8(name);
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) throw Error("cannot read " + name + ": it is a folder");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) refuse("read", name);
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0)
        content.append(buffer.data(), static_cast<std::size_t>(file.gcount()));
    if (file.bad()) refuse("read", name);
    return content;
}

void write_file(const std::string& name, std::string_view content) {
    errno = 0;
    if (name == "-") {
        const std::size_t written = std::fwrite(content.data(), 1, content.size(), stdout);
        if (written != content.size() || std::fflush(stdout) != 0) refuse("write to", "stdout");
        return;
    }
    const fs::path path = detail::path_from_utf8(name);
    std::ofstream file(path, std::ios::binary);
    if (!file) refuse("write", name);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file) {
        const int reason = errno;
        std::error_code ignored;
        if (fs::is_regular_file(path, ignored)) fs::remove(path, ignored);
        errno = reason;
        refuse("write", name);
    }
}

}  // namespace bridge32::tool
