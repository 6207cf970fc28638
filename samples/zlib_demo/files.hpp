// Files of zlib_demo: what is read, what is written, and what other programs say about them.
#pragma once

#include <bridge32/values.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

/// The file to compress when none is named: the largest of some that every machine has.
std::filesystem::path default_file();

/// The whole file. Throws std::runtime_error.
bridge32::Bytes read_file(const std::filesystem::path& path);

/// Writes the file that gzip would: its header, the deflate data of the zlib stream `stream`,
/// and CRC-32 and size of the original. Throws std::runtime_error.
void write_gzip_file(const std::filesystem::path& path, const bridge32::Bytes& stream,
                     std::uint32_t crc32, std::uint64_t original_size);

/// Does the program `gzip`, run in a shell, make `original` of `compressed`?
bool gzip_restores(const std::filesystem::path& compressed, const std::filesystem::path& original);

/// The bitness of a running process's executable, read from its ELF header; 0: not to be had.
int executable_bits(std::uint32_t pid);

/// The file that a running process has mapped and whose name begins with `name`; empty: none.
std::string mapped_file(std::uint32_t pid, const std::string& name);

/// A new folder for temporary files, removed at the end with the files in it.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};
