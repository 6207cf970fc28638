#include "guards.hpp"

#include <algorithm>
#include <cstring>

namespace bridge32::ffi {

void Guards::add(const std::byte* begin, const std::string& text) {
    const std::lock_guard lock(mutex_);
    for (Guard& guard : all_) {
        if (guard.begin.load() == nullptr) {
            guard.message.size = sizeof guard.message;
            const std::size_t size = std::min(text.size(), sizeof guard.message.text - 1);
            std::memcpy(guard.message.text, text.data(), size);
            guard.message.text[size] = 0;
            guard.begin = begin;
            if (count_++ == 0) {
                watch_(true);
            }
            return;
        }
    }
}

void Guards::drop(const std::byte* begin) {
    const std::lock_guard lock(mutex_);
    for (Guard& guard : all_) {
        if (guard.begin.load() == begin) {
            guard.begin = nullptr;
            if (--count_ == 0) {
                watch_(false);
            }
        }
    }
}

Guards::Message* Guards::find(const std::byte* at, std::size_t page) noexcept {
    for (Guard& guard : all_) {
        const std::byte* const begin = guard.begin.load();
        if (begin != nullptr && at >= begin && at < begin + page) {
            return &guard.message;
        }
    }
    return nullptr;
}

}  // namespace bridge32::ffi
