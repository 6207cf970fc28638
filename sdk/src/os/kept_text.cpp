#include "os/kept_text.hpp"

#include <algorithm>

namespace bridge32::os {

void KeptText::append(std::string_view text) {
    const std::size_t first = std::min(text.size(), kKept - begin_.size());
    begin_ += text.substr(0, first);
    text.remove_prefix(first);
    if (text.size() > kKept) {
        left_out_ += end_.size() + (text.size() - kKept);
        end_ = text.substr(text.size() - kKept);
        return;
    }
    end_ += text;
    if (end_.size() < 2 * kKept) return;
    left_out_ += end_.size() - kKept;
    end_.erase(0, end_.size() - kKept);
}

std::string KeptText::text() const {
    const std::size_t surplus = end_.size() - std::min(end_.size(), kKept);
    const std::uint64_t missing = left_out_ + surplus;
    if (missing == 0) return begin_ + end_;
    return begin_ + "\n[bridge32: " + std::to_string(missing) + " bytes are left out here]\n" +
           end_.substr(surplus);
}

}  // namespace bridge32::os
