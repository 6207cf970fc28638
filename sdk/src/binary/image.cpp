#include "binary/image.hpp"

#include <algorithm>
#include <array>
#include <boost/dll/library_info.hpp>
#include <string_view>

#include "binary/image_formats.hpp"
#include "binary/image_reader.hpp"

namespace bridge32::binary {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::string_view bytes;
    const char* description;
};

// What people take for a library, or what is left where one should be.
constexpr Magic kOthers[] = {
    {"!<arch>\n"sv, "a static archive (.a), which can only be linked into a program"},
    {"!<thin>\n"sv, "a static archive (.a), which can only be linked into a program"},
    {"/* GNU ld script"sv, "a linker script (text that names the library to link to)"},
    {"INPUT"sv, "a linker script (text that names the library to link to)"},
    {"GROUP"sv, "a linker script (text that names the library to link to)"},
    {"version https://git-lfs"sv, "a Git LFS pointer: the library itself was not downloaded"},
    {"#!"sv, "a script"},
    {"\xfe\xed\xfa\xce"sv, "a 32-bit macOS library"},
    {"\xce\xfa\xed\xfe"sv, "a 32-bit macOS library"},
    {"\xfe\xed\xfa\xcf"sv, "a 64-bit macOS library"},
    {"\xcf\xfa\xed\xfe"sv, "a 64-bit macOS library"},
    {"PK\x03\x04"sv, "a zip archive"},
    {"\x1f\x8b"sv, "a gzip-compressed file"},
    {"MSCF"sv, "a Windows cabinet archive"},
    {"SZDD"sv, "a file compressed by Microsoft's COMPRESS: expand it first"},
};

bool is_text(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || (byte >= '\t' && byte <= '\r');
    });
}

std::string describe_other(std::string_view begin) {
    for (const Magic& magic : kOthers) {
        if (begin.starts_with(magic.bytes)) {
            return magic.description;
        }
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
    if (begin.starts_with("MZ")) {
        return parse_pe(reader);
    }
    image.format = begin.empty() ? Format::empty : Format::other;
    image.description = begin.empty() ? "empty" : describe_other(begin);
    return image;
}

/// Linkers write `name@@VERSION` into the full symbol table. `name@8` is stdcall's.
std::string without_version(const std::string& name) {
    const std::size_t at = name.find('@', 1);
    const bool decoration = at != std::string::npos && at + 1 < name.size() &&
                            name.find_first_not_of("0123456789", at + 1) == std::string::npos;
    return name.starts_with('?') || decoration ? name : name.substr(0, at);
}

}  // namespace

ImageReader::ImageReader(const std::filesystem::path& file) : from_file_(true) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) {
        return;  // a pipe would block, a device may have no end
    }
    file_.open(file, std::ios::binary | std::ios::ate);
    const std::streamoff end = file_.is_open() ? std::streamoff(file_.tellg()) : 0;
    size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
}

bool ImageReader::read(std::uint64_t offset, std::span<std::byte> to) {
    if (!contains(offset, to.size())) {
        return false;
    }
    if (to.empty()) {
        return true;
    }
    if (!from_file_) {
        std::memcpy(to.data(), bytes_.data() + offset, to.size());
        return true;
    }
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
    return file_.good();
}

std::optional<std::string> ImageReader::text(std::uint64_t offset, std::uint64_t max_size) {
    if (offset >= size_) {
        return std::nullopt;
    }
    const std::uint64_t size = std::min({max_size, std::uint64_t{kMaxTextSize}, size_ - offset});
    std::string text(static_cast<std::size_t>(size), '\0');
    const std::size_t end =
        read(offset, std::as_writable_bytes(std::span(text))) ? text.find('\0') : std::string::npos;
    if (end == std::string::npos) {
        return std::nullopt;
    }
    text.resize(end);
    return text;
}

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
    return parse(reader).format == Format::pe ? pe_imports(reader) : std::vector<Imports>{};
}

std::vector<std::string> exported_names(const std::filesystem::path& file) {
    ImageReader reader(file);
    const Image image = parse(reader);
    // library_info allocates what the section table says.
    if ((image.format != Format::elf || !has_sound_sections(reader)) &&
        (image.format != Format::pe || image.is_damaged)) {
        return {};
    }
    std::vector<std::string> names;
    try {
        boost::dll::library_info info(file, false);
        names = info.symbols();
    } catch (const std::exception&) {
        return {};  // its message says no more than that it failed
    }
    std::transform(names.begin(), names.end(), names.begin(), without_version);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace bridge32::binary
