// Memory that a client and a server map: a word for each direction, and arrays behind it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

struct SharedPage {
    alignas(64) std::atomic<std::uint32_t> requests;  ///< how many were made
    std::int32_t a;
    std::int32_t b;
    std::uint32_t elements;  ///< 0: add a and b; else double so many
    alignas(64) std::atomic<std::uint32_t> replies;
    std::int32_t sum;
};
static_assert(sizeof(SharedPage) == 128);

/// Where the arrays lie: arguments, then results.
inline constexpr std::size_t kArraysAt = 4096;

class SharedMapping {
public:
    /// Makes shared memory, removed by the destructor, or attaches to what is there.
    enum class How { make, attach };
    SharedMapping(const std::string& name, How how, std::size_t most_elements);
    SharedMapping(const SharedMapping&) = delete;
    SharedMapping& operator=(const SharedMapping&) = delete;
    ~SharedMapping();

    SharedPage& page() const noexcept { return *static_cast<SharedPage*>(memory_); }
    double* arguments() const noexcept {
        return reinterpret_cast<double*>(static_cast<std::byte*>(memory_) + kArraysAt);
    }
    double* results() const noexcept { return arguments() + most_elements_; }

private:
    std::string name_;
    How how_;
    std::size_t most_elements_;
    std::size_t size_;
    void* memory_;
};

/// Asks for the next reply, spinning.
inline void exchange_spinning(SharedPage& page, std::uint32_t count) noexcept {
    page.requests.store(count, std::memory_order_release);
    while (page.replies.load(std::memory_order_acquire) != count)
        __builtin_ia32_pause();
}

/// The same, asleep meanwhile.
void exchange_sleeping(SharedPage& page, std::uint32_t count) noexcept;

}  // namespace bench
