#include "os/fork.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace bridge32::os {

namespace {

constexpr int kWipeOnFork = 18;  // MADV_WIPEONFORK, since Linux 4.14
constexpr std::size_t kForkPage = 4096;

// The handles to close in a child. A list without a lock, since a thread that vanishes in a fork
// might hold one. An entry is the number of the process that opened the handle, and the
// descriptor; 0 is free. So an object that a child has as a copy knows its entry from a later one.
using HandleEntry = std::atomic<std::uint64_t>;
struct HandleBlock {
    std::array<HandleEntry, 64> entries{};
    std::atomic<HandleBlock*> next{nullptr};
};
constinit HandleBlock first_handles;

void forget_parent() noexcept;

/// The page, or where there is none such, a word that only the handler of the fork changes.
std::atomic<std::uint32_t>& process_word() {
    static std::atomic<std::uint32_t>& word = []() -> std::atomic<std::uint32_t>& {
        static std::atomic<std::uint32_t> plain{0};
        ::pthread_atfork(nullptr, nullptr, [] { forget_parent(); });
        void* const page =
            ::mmap(nullptr, kForkPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page == MAP_FAILED) return plain;
        if (::madvise(page, kForkPage, kWipeOnFork) == 0) {
            return *new (page) std::atomic<std::uint32_t>(0);
        }
        ::munmap(page, kForkPage);
        return plain;
    }();
    return word;
}

std::uint32_t process_number() {
    static std::atomic<std::uint32_t> last{0};  // a child goes on counting where its parent was
    auto& word = process_word();
    std::uint32_t number = word.load();
    if (number != 0) return number;
    const std::uint32_t next = last.fetch_add(1) + 1;
    return word.compare_exchange_strong(number, next) ? next : number;
}

// Made before there are threads: one that is making it may vanish in a fork.
[[maybe_unused]] const auto& made_early = process_word();

/// In a new child, on its only thread.
void forget_parent() noexcept {
    process_word().store(0);
    for (auto* block = &first_handles; block != nullptr; block = block->next.load()) {
        for (auto& entry : block->entries) {
            if (const auto value = entry.exchange(0); value != 0) {
                ::close(static_cast<int>(static_cast<std::uint32_t>(value)));
            }
        }
    }
}

/// Null when there is no memory: then a child keeps the handle until it ends.
HandleEntry* enter_handle(std::uint64_t value) noexcept {
    for (auto* block = &first_handles;; block = block->next.load()) {
        for (auto& entry : block->entries) {
            std::uint64_t free = 0;
            if (entry.load() == 0 && entry.compare_exchange_strong(free, value)) return &entry;
        }
        if (block->next.load() != nullptr) continue;
        auto* const fresh = new (std::nothrow) HandleBlock;
        if (fresh == nullptr) return nullptr;
        HandleBlock* none = nullptr;
        if (!block->next.compare_exchange_strong(none, fresh)) delete fresh;
    }
}

}  // namespace

void keep_copy(void* object) noexcept {
    struct Kept {
        void* object;
        Kept* next;
    };
    static std::atomic<Kept*> all{nullptr};
    auto* const kept = new (std::nothrow) Kept{object, all.load()};
    while (kept != nullptr && !all.compare_exchange_weak(kept->next, kept)) {
    }
}

OwnerProcess::OwnerProcess() : word_(&process_word()), number_(process_number()) {}

OwnHandle::OwnHandle(NativeHandle handle) noexcept : handle_(handle) {
    if (handle == kNoHandle) return;
    value_ = std::uint64_t{process_number()} << 32 | static_cast<std::uint32_t>(handle);
    entry_ = enter_handle(value_);
}

OwnHandle::OwnHandle(OwnHandle&& other) noexcept
    : handle_(std::exchange(other.handle_, kNoHandle)),
      entry_(std::exchange(other.entry_, nullptr)),
      value_(other.value_) {}

OwnHandle& OwnHandle::operator=(OwnHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(entry_, other.entry_);
    std::swap(value_, other.value_);
    return *this;
}

OwnHandle::~OwnHandle() {
    if (handle_ == kNoHandle) return;
    // Out of the list first: a fork in between may not close what another thread opens next.
    auto mine = value_;
    if (entry_ != nullptr && !entry_->compare_exchange_strong(mine, 0))
        return;  // a child closed it
    ::close(static_cast<int>(handle_));
}

}  // namespace bridge32::os
