// What the fuzz targets share.
//
// A target is one file with `fuzz(input)`: it does with the input what a process does with the
// memory of a peer, lets exactly the errors through that the documents promise, and calls
// `require` for what must hold. Anything else, another exception too, is a finding.
#pragma once

#include <bridge32/plugin.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace bridge32::fuzz {

/// Ends the process when `condition` does not hold.
inline void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

/// Takes an input apart, from its front. At its end everything is zero or empty.
class Input {
public:
    explicit Input(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

    template <class T>
    T number() noexcept {
        T value{};
        const auto part = take(sizeof value);
        std::memcpy(&value, part.data(), part.size());
        return value;
    }
    std::span<const std::uint8_t> take(std::size_t size) noexcept {
        const auto part = bytes_.first(std::min(size, bytes_.size()));
        bytes_ = bytes_.subspan(part.size());
        return part;
    }
    std::span<const std::uint8_t> rest() noexcept { return take(bytes_.size()); }
    bool empty() const noexcept { return bytes_.empty(); }

private:
    std::span<const std::uint8_t> bytes_;
};

/// A message's content: attachments, each with its size in two bytes, behind their number in one;
/// then the JSON text. On the heap, each in a block of its own, so that every byte too far shows.
class Content {
public:
    explicit Content(Input& input) {
        const std::size_t count = input.number<std::uint8_t>() % 5;
        memory_.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto part = input.take(input.number<std::uint16_t>());
            memory_.emplace_back(part.begin(), part.end());
            attachments_.push_back({memory_.back().data(), memory_.back().size()});
        }
        const auto text = input.rest();
        json_.assign(text.begin(), text.end());
    }

    std::string_view json() const noexcept { return {json_.data(), json_.size()}; }
    std::span<const bridge32_attachment> attachments() const noexcept { return attachments_; }

private:
    std::vector<std::vector<std::uint8_t>> memory_;
    std::vector<bridge32_attachment> attachments_;
    std::vector<char> json_;
};

/// One input. Each target has its own.
void fuzz(Input input);

}  // namespace bridge32::fuzz
