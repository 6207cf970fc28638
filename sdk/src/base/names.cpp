#include "base/names.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <random>
#include <string_view>

#include "bridge32/internal/text/path_text.hpp"

namespace bridge32 {

std::string unguessable_name() {
    static constexpr char kHex[] = "0123456789abcdef";
    std::random_device entropy;  // the operating system's, in the standard libraries we build with
    std::string name = "bridge32-";
    for (int word = 0; word < 4; ++word) {
        auto bits = entropy();
        for (int digit = 0; digit < 8; ++digit, bits >>= 4)
            name += kHex[bits & 0xF];
    }
    return name;
}

bool is_unguessable_name(const std::string& name) noexcept {
    constexpr std::string_view kPrefix = "bridge32-";
    return name.size() == kPrefix.size() + 32 && name.starts_with(kPrefix) &&
           std::all_of(name.begin() + kPrefix.size(), name.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string plugin_suffix(int bits) {
    return ".b" + std::to_string(bits) + detail::utf8_of(boost::dll::shared_library::suffix());
}

}  // namespace bridge32
