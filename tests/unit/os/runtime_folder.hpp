// A runtime folder and a home of the test's own.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <optional>
#include <string>

namespace bridge32::test {

/// Sets XDG_RUNTIME_DIR and HOME to new empty folders; puts everything back at its end.
class RuntimeFolder {
public:
    RuntimeFolder() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "bridge32-test-XXXXXX").string();
        root_ = ::mkdtemp(pattern.data());
        for (const auto& folder : {path(), home()}) {
            std::filesystem::create_directory(folder);
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        }
        ::setenv("XDG_RUNTIME_DIR", path().c_str(), 1);
        ::setenv("HOME", home().c_str(), 1);
    }
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;
    ~RuntimeFolder() {
        restore("XDG_RUNTIME_DIR", old_runtime_);
        restore("HOME", old_home_);
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    std::filesystem::path path() const { return root_ / "runtime"; }
    std::filesystem::path home() const { return root_ / "home"; }

private:
    static std::optional<std::string> now(const char* name) {
        const char* value = ::getenv(name);
        return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
    }
    static void restore(const char* name, const std::optional<std::string>& value) {
        if (value) {
            ::setenv(name, value->c_str(), 1);
        } else {
            ::unsetenv(name);
        }
    }

    std::optional<std::string> old_runtime_ = now("XDG_RUNTIME_DIR");
    std::optional<std::string> old_home_ = now("HOME");
    std::filesystem::path root_;
};

}  // namespace bridge32::test
