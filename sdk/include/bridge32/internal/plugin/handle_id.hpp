// What handles are called on the wire.
//
// An id is 32 hex digits: the handle's serial number, which is never used again, and a secret of
// its owner's, 64 random bits. So an old id finds nothing, and nobody can make up an id that
// another client holds.
#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>

namespace bridge32::detail {

/// Whom a handle belongs to: the id of a client, or to whoever uses the instance.
using HandleOwner = std::uint64_t;
inline constexpr HandleOwner kEverybody = 0;

/// Writes ids, and reads those that it wrote. Not for use by two threads at once.
class HandleIds {
public:
    /// What an authentic id says.
    struct Known {
        std::uint64_t serial;
        HandleOwner owner;
    };

    std::string make(std::uint64_t serial, HandleOwner owner) {
        const auto [at, is_new] = secrets_.try_emplace(owner, 0);
        if (is_new) {
            std::random_device random;
            at->second = std::uint64_t{random()} << 32 | random();
        }
        return hex(serial) + hex(at->second);
    }

    /// Nothing unless the id bears the secret of `owner` or of everybody. Whether there ever was
    /// a handle of that number and owner, the caller checks.
    std::optional<Known> parse(std::string_view id, HandleOwner owner) const noexcept {
        std::uint64_t serial = 0;
        std::uint64_t secret = 0;
        if (id.size() != 32 || !parse_hex(id.substr(0, 16), serial) ||
            !parse_hex(id.substr(16), secret)) {
            return std::nullopt;
        }
        for (const HandleOwner one : {owner, kEverybody}) {
            const auto at = secrets_.find(one);
            if (at != secrets_.end() && at->second == secret) {
                return Known{serial, one};
            }
        }
        return std::nullopt;
    }

    /// Ids of that owner's are no longer known.
    void forget(HandleOwner owner) noexcept { secrets_.erase(owner); }

private:
    static std::string hex(std::uint64_t value) {
        std::string text(16, '0');
        for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) {
            *digit = "0123456789abcdef"[value & 15];
        }
        return text;
    }
    static bool parse_hex(std::string_view text, std::uint64_t& value) noexcept {
        const char* const end = text.data() + text.size();
        const auto result = std::from_chars(text.data(), end, value, 16);
        return result.ec == std::errc{} && result.ptr == end;
    }

    std::map<HandleOwner, std::uint64_t> secrets_;
};

}  // namespace bridge32::detail
