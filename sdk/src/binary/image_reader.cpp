#include "binary/image_reader.hpp"

#include <algorithm>
#include <system_error>

namespace bridge32::binary {

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
    if (!contains(offset, to.size())) return false;
    if (to.empty()) return true;
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
