#include "os/regular_file.hpp"

#include <system_error>

namespace bridge32::os {

RegularFile open_regular_file(const std::filesystem::path& file) noexcept {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored)) return nullptr;
    return RegularFile(::_wfopen(file.c_str(), L"rb"));
}

std::uint64_t size_of(std::FILE& file) noexcept {
    if (::_fseeki64(&file, 0, SEEK_END) != 0) return 0;
    const long long end = ::_ftelli64(&file);
    return end > 0 ? static_cast<std::uint64_t>(end) : 0;
}

bool seek(std::FILE& file, std::uint64_t offset) noexcept {
    return ::_fseeki64(&file, static_cast<long long>(offset), SEEK_SET) == 0;
}

}  // namespace bridge32::os
