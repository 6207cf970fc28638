#include "binary/image_reader.hpp"

#include <algorithm>
#include <cstdio>

namespace bridge32::binary {

ImageReader::ImageReader(const std::filesystem::path& file)
    : file_(os::open_regular_file(file)),
      from_file_(true),
      size_(file_ == nullptr ? 0 : os::size_of(*file_)) {}

bool ImageReader::read(std::uint64_t offset, std::span<std::byte> to) {
    if (!contains(offset, to.size())) return false;
    if (to.empty()) return true;
    if (!from_file_) {
        std::memcpy(to.data(), bytes_.data() + offset, to.size());
        return true;
    }
    return os::seek(*file_, offset) &&
           std::fread(to.data(), 1, to.size(), file_.get()) == to.size();
}

std::optional<std::string> ImageReader::text(std::uint64_t offset, std::uint64_t max_size) {
    if (offset >= size_) return std::nullopt;
    const std::uint64_t size = std::min({max_size, std::uint64_t{kMaxTextSize}, size_ - offset});
    std::string text(static_cast<std::size_t>(size), '\0');
    const std::size_t end =
        read(offset, std::as_writable_bytes(std::span(text))) ? text.find('\0') : std::string::npos;
    if (end == std::string::npos) return std::nullopt;
    text.resize(end);
    return text;
}

}  // namespace bridge32::binary
