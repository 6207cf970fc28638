#include "os/file_access.hpp"

#include "os/path.hpp"

namespace bridge32::os {

std::string ClosedPath::text() const { return utf8_of(at) + ": " + found; }

std::string kind_unless_regular(const std::filesystem::path& file) {
    using std::filesystem::file_type;
    std::error_code ignored;
    switch (std::filesystem::status(file, ignored).type()) {
        case file_type::directory:
            return "a folder";
        case file_type::fifo:
            return "a named pipe";
        case file_type::socket:
            return "a socket";
        case file_type::block:
        case file_type::character:
            return "a device";
        default:
            return {};
    }
}

}  // namespace bridge32::os
