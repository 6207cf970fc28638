// Minimal Windows DLLs that import from KERNEL32.dll and other.dll, made by hand.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace pe_sample {

inline std::vector<char> library(int bits) {
    constexpr std::size_t kHeader = 0x80, kSection = 0x200, kSize = 0x400;
    constexpr std::uint32_t kAddress = 0x1000;
    std::vector<char> file(kSize, '\0');
    const auto put = [&](std::size_t at, auto value) {
        std::memcpy(&file[at], &value, sizeof(value));
    };
    const auto text = [&](std::size_t at, const std::string& value) {
        std::memcpy(&file[at], value.data(), value.size());
    };
    const std::size_t optional = kHeader + 24;
    const std::size_t directories = optional + (bits == 32 ? 92 : 108);
    const std::size_t optional_size = directories + 4 + 16 * 8 - optional;

    text(0, "MZ");
    put(0x3c, static_cast<std::uint32_t>(kHeader));
    text(kHeader, "PE");
    put(kHeader + 4, static_cast<std::uint16_t>(bits == 32 ? 0x14c : 0x8664));
    put(kHeader + 6, std::uint16_t{1});  // sections
    put(kHeader + 20, static_cast<std::uint16_t>(optional_size));
    put(kHeader + 22, std::uint16_t{0x2002});  // executable image, DLL
    put(optional, static_cast<std::uint16_t>(bits == 32 ? 0x10b : 0x20b));
    put(directories, std::uint32_t{16});
    put(directories + 4 + 8, kAddress);  // the import directory

    const std::size_t section = optional + optional_size;
    text(section, ".idata");
    put(section + 8, std::uint32_t{0x200});
    put(section + 12, kAddress);
    put(section + 16, std::uint32_t{0x200});
    put(section + 20, static_cast<std::uint32_t>(kSection));

    put(kSection + 12, kAddress + 0x80);  // two descriptors, each with the address of a name
    put(kSection + 20 + 12, kAddress + 0xa0);
    text(kSection + 0x80, "KERNEL32.dll");
    text(kSection + 0xa0, "other.dll");
    return file;
}

/// The same in 32 bit, with these exports, in the order of their bytes; four short ones at most.
inline std::vector<char> exporting(const std::vector<std::string>& names) {
    constexpr std::size_t kSection = 0x200, kDirectory = 0xc0, kFunctions = 0xf0, kNames = 0x100,
                          kOrdinals = 0x110, kTexts = 0x120, kTextSize = 0x20;
    constexpr std::uint32_t kAddress = 0x1000, kDirectories = 0x80 + 24 + 92 + 4;
    auto file = library(32);
    const auto put = [&](std::size_t at, auto value) {
        std::memcpy(&file[at], &value, sizeof(value));
    };
    const auto count = static_cast<std::uint32_t>(names.size());
    put(kDirectories, kAddress + static_cast<std::uint32_t>(kDirectory));
    put(kDirectories + 4, std::uint32_t{40});
    const std::size_t directory = kSection + kDirectory;
    put(directory + 16, std::uint32_t{1});  // the first ordinal
    put(directory + 20, count);
    put(directory + 24, count);
    put(directory + 28, kAddress + static_cast<std::uint32_t>(kFunctions));
    put(directory + 32, kAddress + static_cast<std::uint32_t>(kNames));
    put(directory + 36, kAddress + static_cast<std::uint32_t>(kOrdinals));
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto text = static_cast<std::uint32_t>(kTexts + i * kTextSize);
        put(kSection + kFunctions + 4 * i, kAddress + 0x1f0);
        put(kSection + kNames + 4 * i, kAddress + text);
        put(kSection + kOrdinals + 2 * i, static_cast<std::uint16_t>(i));
        std::memcpy(&file[kSection + text], names[i].data(), names[i].size());
    }
    return file;
}

}  // namespace pe_sample
