// What is unloaded, and what stays.
#pragma once

#include <filesystem>

#include "os/callers.hpp"

namespace bridge32::hosting {

/// Made before a plugin or library is loaded. Any thread.
class UnloadGuard {
public:
    UnloadGuard() noexcept : before_(os::Callers::now()) {}

    /// Call it before `file` is unloaded. Keeps it loaded for good, with a line in the log, if
    /// since it was loaded something has come into the process that may run its code later. That
    /// may also be something else's: then `file` stays needlessly, which costs memory.
    void before_unload(const std::filesystem::path& file) const noexcept;

private:
    os::Callers before_;
};

/// Has `look` called after each loading of a plugin or library: it may have changed what belongs to
/// the whole process. Set it before anything is loaded.
void after_each_load(void (*look)() noexcept) noexcept;
/// Calls that function, if there is one.
void loaded() noexcept;

}  // namespace bridge32::hosting
