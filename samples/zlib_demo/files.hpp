// Reads, writes and checks the files of zlib_demo.
#pragma once

#include <bridge32/values.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

/// The file to compress by default: the largest of a few that every machine has.
std::filesystem::path default_file();

/// Reads the whole file. Throws std::runtime_error.
bridge32::Bytes read_file(const std::filesystem::path& path);

/// Writes a gzip file: header, the deflate data of the zlib stream `stream`, and the CRC-32 and
/// size of the original. Throws std::runtime_error.
void write_gzip_file(const std::filesystem::path& path, const bridge32::Bytes& stream,
                     std::uint32_t crc32, std::uint64_t original_size);

/// True if the program `gzip`, run in a shell, restores `original` from `compressed`.
bool gzip_restores(const std::filesystem::path& compressed, const std::filesystem::path& original);

/// The bitness of a running process's executable, from its ELF header; 0 if unknown.
int executable_bits(std::uint32_t pid);

/// The file that a running process has mapped and whose name begins with `name`; empty if none.
std::string mapped_file(std::uint32_t pid, const std::string& name);

/// A new folder for temporary files. The destructor removes it and its files.
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
