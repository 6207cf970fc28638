// Reading files that anybody may have put there.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>

namespace bridge32::os {

struct CloseFile {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};
using RegularFile = std::unique_ptr<std::FILE, CloseFile>;

/// Opens a regular file for reading; null if it cannot be read or is anything else. Never waits, as
/// opening a named pipe otherwise does, and has no effect on a device.
RegularFile open_regular_file(const std::filesystem::path& file) noexcept;

/// Its size. Leaves the position undefined.
std::uint64_t size_of(std::FILE& file) noexcept;

/// The next read begins there. False if that is impossible.
bool seek(std::FILE& file, std::uint64_t offset) noexcept;

}  // namespace bridge32::os
