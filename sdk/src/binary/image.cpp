#include "binary/image.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "binary/elf.hpp"
#include "binary/image_reader.hpp"
#include "binary/pe.hpp"

namespace bridge32::binary {

namespace {

using namespace std::string_view_literals;

struct Magic {
    std::string_view bytes;
    const char* description;
};

// Files that are often mistaken for a library, or left in place of one.
constexpr Magic kOthers[] = {
    {"!<arch>\n"sv, "a static archive (.a), which can only be linked into a program"},
    {"!<thin>\n"sv, "a static archive (.a), which can only be linked into a program"},
    {"/* GNU ld script"sv, "a linker script (text that names the library to link)"},
    {"INPUT"sv, "a linker script (text that names the library to link)"},
    {"GROUP"sv, "a linker script (text that names the library to link)"},
    {"version https://git-lfs"sv, "a Git LFS pointer: the library itself was not downloaded"},
    {"#!"sv, "a script"},
    {"\xfe\xed\xfa\xce"sv, "a 32-bit macOS library"},
    {"\xce\xfa\xed\xfe"sv, "a 32-bit macOS library"},
    {"\xfe\xed\xfa\xcf"sv, "a 64-bit macOS library"},
    {"\xcf\xfa\xed\xfe"sv, "a 64-bit macOS library"},
    {"PK\x03\x04"sv, "a zip archive"},
    {"\x1f\x8b"sv, "a gzip-compressed file"},
    {"MSCF"sv, "a Windows cabinet archive"},
    {"SZDD"sv, "a file compressed with Microsoft's COMPRESS; expand it first"},
};

bool is_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || (byte >= '\t' && byte <= '\r');
    });
}

std::string describe_other(std::string_view begin) {
    for (const Magic& magic : kOthers) {
        if (begin.starts_with(magic.bytes)) return magic.description;
    }
    return is_text(begin) ? "a text file" : "neither an ELF nor a Windows file";
}

Image parse(ImageReader& reader) {
    Image image;
    if (!reader.is_open()) {
        image.description = "unreadable";
        return image;
    }
    std::array<char, 512> buffer{};
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(reader.size(), buffer.size()));
    if (!reader.read(0, std::as_writable_bytes(std::span(buffer)).first(size))) {
        image.description = "unreadable";
        return image;
    }
    const std::string_view begin(buffer.data(), size);
    if (begin.starts_with("\x7f"
                          "ELF")) {
        return parse_elf(reader);
    }
    if (begin.starts_with("MZ")) return parse_pe(reader);
    image.format = begin.empty() ? Format::kEmpty : Format::kOther;
    image.description = begin.empty() ? "empty" : describe_other(begin);
    return image;
}

}  // namespace

Image read_image(const std::filesystem::path& file) {
    ImageReader reader(file);
    return parse(reader);
}

Image parse_image(std::span<const std::byte> content) {
    ImageReader reader(content);
    return parse(reader);
}

bool is_loadable(const Image& image, int bits) {
    return image.format == kNativeFormat && image.bits == bits &&
           image.machine == (bits == 32 ? "i386" : "x86-64");
}

std::vector<Imports> imported_names(const std::filesystem::path& file) {
    ImageReader reader(file);
    return parse(reader).format == Format::kPe ? pe_imports(reader) : std::vector<Imports>{};
}

}  // namespace bridge32::binary
