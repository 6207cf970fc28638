// What tests ask of the operating system, one source a platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace bridge32::test {

/// The file of a library in tests/libraries: `libNAME.so` or `libNAME.dll`.
std::string library_file(const std::string& name);

/// The file of a plugin: `NAME.b32.so` or `NAME.b32.dll`.
std::string plugin_file(const std::string& name, int bits = 32);

/// The names of all shared-memory segments of this user's that begin with `prefix`.
std::vector<std::string> segments_named(const std::string& prefix);

/// How many of the segments that somebody maps have a name: on Linux none.
std::size_t named_segments(std::size_t mapped);

/// A new empty folder.
std::filesystem::path make_temporary_folder();

/// Sets a variable of our environment, or removes it.
void set_environment(const std::string& name, const std::optional<std::string>& value);

/// Asks a shared host to end: by SIGTERM; on Windows, where a process without a window has nothing
/// like it, as a client does.
void ask_to_end(std::uint32_t pid, const std::string& name);

/// Does the process run? One that has ended and whose status nobody has collected does not.
bool is_running(std::uint32_t pid);

/// Reads from a pipe's end, at most `size` bytes: how many, 0 at its end.
std::size_t read_pipe(std::intptr_t pipe, char* to, std::size_t size);

}  // namespace bridge32::test
