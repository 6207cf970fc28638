// The unreadable pages behind buffers, and what to say when one is touched.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>

namespace bridge32::ffi {

class Guards {
public:
    /// As glibc keeps what abort says, for crash reports: see __abort_msg.
    struct Message {
        unsigned int size;
        char text[508];
    };

    /// `watch` is called with true for the first page, and with false behind the last one, so that
    /// a handler of faults is there only between.
    explicit Guards(void (*watch)(bool on)) noexcept : watch_(watch) {}
    Guards(const Guards&) = delete;
    Guards& operator=(const Guards&) = delete;

    /// The page at `begin`. If too many are there already, nothing is said of it.
    void add(const std::byte* begin, const std::string& text);
    void drop(const std::byte* begin);
    /// What to say of a fault at `at`; null: nothing. Async-signal-safe.
    Message* find(const std::byte* at, std::size_t page) noexcept;

private:
    struct Guard {
        std::atomic<const std::byte*> begin{nullptr};  // null: free
        Message message{};
    };

    void (*const watch_)(bool on);
    std::array<Guard, 64> all_;
    std::mutex mutex_;
    int count_ = 0;
};

}  // namespace bridge32::ffi
