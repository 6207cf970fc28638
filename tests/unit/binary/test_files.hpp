// The legacy libraries of tests/libraries, and files that a test makes for itself.
#pragma once

#include <boost/dll/shared_library.hpp>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "bridge32/internal/text/path_text.hpp"

namespace test_files {

inline constexpr const char* kOwnBits = sizeof(void*) == 4 ? "32" : "64";
inline constexpr const char* kOtherBits = sizeof(void*) == 4 ? "64" : "32";

/// Where the libraries of tests/libraries lie, of this build's bitness.
inline std::filesystem::path library_folder() {
    return (std::filesystem::path(BRIDGE32_TEST_LIBRARIES) / kOwnBits).make_preferred();
}

/// A folder that does not exist.
inline std::filesystem::path nowhere() {
    return std::filesystem::current_path().root_path() / "nowhere";
}

/// ".so", ".dll"
inline std::string suffix() { return boost::dll::shared_library::suffix().string(); }

/// The file name of the library `name`: "libplain.so", "libplain.dll".
inline std::string file_of(const std::string& name) { return "lib" + name + suffix(); }

/// The file of the library `name` of tests/libraries, of this build's bitness.
inline std::filesystem::path library(const std::string& name) {
    return library_folder() / file_of(name);
}

/// What is no library but a program, of this build's bitness.
inline std::filesystem::path program() {
    return library_folder() / (suffix() == ".so" ? "program" : "program.exe");
}

/// The library of that name in the other bitness.
inline std::filesystem::path other_library(const std::string& name) {
    return library_folder().parent_path() / kOtherBits / file_of(name);
}

inline std::vector<char> read(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// A folder of the test's own, removed at the end.
class Folder {
public:
    Folder() {
        std::random_device random;
        path_ = std::filesystem::temp_directory_path() /
                ("bridge32-test-" + std::to_string(random()) + std::to_string(random()));
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::string& name, const std::vector<char>& content) const {
        const std::filesystem::path file = path_ / bridge32::detail::path_from_utf8(name);
        std::ofstream stream(file, std::ios::binary);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        return file;
    }
    std::filesystem::path write(const std::string& name, const std::string& content) const {
        return write(name, std::vector<char>(content.begin(), content.end()));
    }

private:
    std::filesystem::path path_;
};

}  // namespace test_files
