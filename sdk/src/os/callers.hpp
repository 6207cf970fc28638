// What in this process may run a library's code without being called: what must be gone before the
// library can be unloaded.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bridge32::os {

/// Threads that are not ours (os/thread.hpp); on Linux also thread-specific keys, whose destructors
/// run when a thread ends, and signal handlers. On Windows threads of the system's pool do not
/// count, which comes and goes by itself.
class Callers {
public:
    /// Those that there are now. Never throws: what cannot be found out counts as unknown.
    static Callers now() noexcept;

    /// What was not there `before`, for people: "a thread (4711)"; empty if nothing is new. It says
    /// so where it is not known.
    std::string since(const Callers& before) const;

private:
    bool known_ = false;
    std::vector<std::uint64_t> threads_;
    std::vector<std::uint64_t> keys_;
    std::vector<std::uint64_t> handlers_;  // per signal, from number 1; 0: none
};

/// The file whose code or data is at `address`; empty if it is in none. Any thread, but no signal
/// handler.
std::string file_at(const void* address);

/// From now on nothing unloads this file, which is loaded. `path`: as it was given to the system,
/// or as the system names it. False if no such file is loaded.
bool keep_loaded(const std::filesystem::path& path) noexcept;

}  // namespace bridge32::os
