// A runtime folder and a home of the test's own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "bridge32/internal/text/path_text.hpp"
#include "os/environment.hpp"
#include "support/system.hpp"

namespace bridge32::test {

/// Sets XDG_RUNTIME_DIR (Windows: LOCALAPPDATA) and HOME to new empty folders; puts everything back
/// at its end.
class RuntimeFolder {
public:
    RuntimeFolder() {
        for (const auto& folder : {path(), home()}) {
            std::filesystem::create_directory(folder);
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        }
        for (const char* name : {"XDG_RUNTIME_DIR", "LOCALAPPDATA"})
            set_environment(name, utf8_of(path()));
        set_environment("HOME", utf8_of(home()));
    }
    RuntimeFolder(const RuntimeFolder&) = delete;
    RuntimeFolder& operator=(const RuntimeFolder&) = delete;
    ~RuntimeFolder() {
        set_environment("XDG_RUNTIME_DIR", old_runtime_);
        set_environment("LOCALAPPDATA", old_local_);
        set_environment("HOME", old_home_);
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }

    std::filesystem::path path() const { return root_ / "runtime"; }
    std::filesystem::path home() const { return root_ / "home"; }

private:
    static std::string utf8_of(const std::filesystem::path& path) { return detail::utf8_of(path); }

    std::optional<std::string> old_runtime_ = os::environment_variable("XDG_RUNTIME_DIR");
    std::optional<std::string> old_local_ = os::environment_variable("LOCALAPPDATA");
    std::optional<std::string> old_home_ = os::environment_variable("HOME");
    std::filesystem::path root_ = make_temporary_folder();
};

}  // namespace bridge32::test
