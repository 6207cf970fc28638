#include "wire/link.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "bridge32/version.hpp"

namespace bridge32::wire {

std::string process_in_words(std::uint32_t pid) {
    return pid == 0 ? "a process in another PID namespace" : "process " + std::to_string(pid);
}

std::string release_in(const char (&release)[kReleaseBytes]) {
    std::string text;
    for (const char c : release) {
        if (c == '\0') break;
        if (c > ' ' && c <= '~') text += c;
    }
    return text;
}

void write_release(char (&to)[kReleaseBytes]) noexcept {
    constexpr std::size_t kLength = std::min(sizeof BRIDGE32_VERSION, sizeof to) - 1;
    std::memcpy(to, BRIDGE32_VERSION, kLength);
}

std::string version_mismatch(const std::string& peer, std::uint32_t version,
                             const std::string& release, const std::string& own) {
    return peer + " uses version " + std::to_string(version) + " of the wire protocol" +
           (release.empty() ? "" : " (bridge32 " + release + ")") + ", and " + own + " version " +
           std::to_string(kWireVersion) +
           " (bridge32 " BRIDGE32_VERSION
           "). Install the client library and the host from the same release of bridge32";
}

}  // namespace bridge32::wire
