// The beginning and the end of what a process prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bridge32::os {

/// Takes text of any length in bounded memory.
class KeptText {
public:
    /// How many bytes of the beginning are kept, and how many of the end.
    static constexpr std::size_t kKept = std::size_t{512} << 10;

    void append(std::string_view text);
    /// All of it; or the beginning, a line that says how many bytes are missing, and the end.
    std::string text() const;

private:
    std::string begin_;
    std::string end_;  // up to twice what is kept, so that it is seldom moved
    std::uint64_t left_out_ = 0;
};

}  // namespace bridge32::os
