// The legacy libraries of tests/libraries, and files that a test makes for itself.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

namespace test_files {

inline constexpr const char* kOwnBits = sizeof(void*) == 4 ? "32" : "64";
inline constexpr const char* kOtherBits = sizeof(void*) == 4 ? "64" : "32";

/// A library of tests/libraries, of this build's bitness.
inline std::filesystem::path library(const std::string& file) {
    return std::filesystem::path(BRIDGE32_TEST_LIBRARIES) / kOwnBits / file;
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
        std::ofstream stream(path_ / name, std::ios::binary);
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        return path_ / name;
    }
    std::filesystem::path write(const std::string& name, const std::string& content) const {
        return write(name, std::vector<char>(content.begin(), content.end()));
    }

private:
    std::filesystem::path path_;
};

}  // namespace test_files
