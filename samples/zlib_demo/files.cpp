#include "files.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace fs = std::filesystem;

namespace {

std::vector<std::uint8_t> little_endian(std::uint32_t value) {
    return {static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(value >> 8),
            static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 24)};
}

/// Quotes a path for a shell command.
std::string shell_word(const fs::path& path) {
    std::string word = "'";
    for (const char c : path.string()) {
        word += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return word + "'";
}

fs::path of_process(std::uint32_t pid, const char* name) {
    return fs::path("/proc") / std::to_string(pid) / name;
}

}  // namespace

fs::path default_file() {
    std::pair<std::uintmax_t, fs::path> largest{0, "/proc/self/exe"};
    for (const char* path :
         {"/usr/bin/cmake", "/usr/bin/git", "/bin/bash", "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
          "/usr/lib/x86_64-linux-gnu/libc.so.6"}) {
        std::error_code error;
        const std::uintmax_t size = fs::file_size(path, error);
        if (!error && size > largest.first) largest = {size, path};
    }
    return largest.second;
}

bridge32::Bytes read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    bridge32::Bytes content(fs::file_size(path));
    file.read(reinterpret_cast<char*>(content.data()),
              static_cast<std::streamsize>(content.size()));
    if (!file) throw std::runtime_error("cannot read " + path.string());
    return content;
}

void write_gzip_file(const fs::path& path, const bridge32::Bytes& stream, std::uint32_t crc32,
                     std::uint64_t original_size) {
    // A zlib stream (RFC 1950) is deflate data between a 2-byte header and a 4-byte checksum. A
    // gzip file (RFC 1952) has the same data between 10 bytes and 8.
    constexpr std::size_t kZlibHeader = 2;
    constexpr std::size_t kZlibTrailer = 4;
    constexpr std::array<std::uint8_t, 10> kGzipHeader{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255};
    if (stream.size() < kZlibHeader + kZlibTrailer) {
        throw std::runtime_error("this is no zlib stream");
    }
    std::ofstream file(path, std::ios::binary);
    const auto write = [&](const std::uint8_t* data, std::size_t size) {
        file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    };
    write(kGzipHeader.data(), kGzipHeader.size());
    write(stream.data() + kZlibHeader, stream.size() - kZlibHeader - kZlibTrailer);
    for (const std::uint32_t word : {crc32, static_cast<std::uint32_t>(original_size)}) {
        write(little_endian(word).data(), sizeof word);
    }
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path.string());
}

bool gzip_restores(const fs::path& compressed, const fs::path& original) {
    // gzip checks size and CRC at the end, after all data has passed the pipe. On failure, `echo`
    // adds output that makes `cmp` fail.
    const std::string command = "{ gzip -dc < " + shell_word(compressed) + " || echo failed; } | " +
                                "cmp - " + shell_word(original);
    return std::system(command.c_str()) == 0;
}

int executable_bits(std::uint32_t pid) {
    std::array<char, 5> ident{};
    std::ifstream file(of_process(pid, "exe"), std::ios::binary);
    file.read(ident.data(), ident.size());
    if (!file || std::string_view(ident.data(), 4) !=
                     "\x7F"
                     "ELF")
        return 0;
    return ident[4] == 1 ? 32 : 64;
}

std::string mapped_file(std::uint32_t pid, const std::string& name) {
    std::ifstream maps(of_process(pid, "maps"));
    for (std::string line; std::getline(maps, line);) {
        const auto start = line.find('/');
        if (start == std::string::npos) continue;
        const fs::path file = line.substr(start);
        if (file.filename().string().starts_with(name)) return file.string();
    }
    return {};
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "zlib_demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make the folder " + name);
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path_, ignored)) {
        fs::remove(entry.path(), ignored);
    }
    fs::remove(path_, ignored);
}
