#include "os/fork.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace bridge32::os {

struct OwnHandle::Entry {
    /// The number of the process that opened the handle, and the descriptor; 0 is free. So an
    /// object that a child has as a copy knows its entry from a later one.
    std::atomic<std::uint64_t> value{0};
    std::atomic<std::uint64_t> identity{0};  ///< 0: not known yet
};

namespace {

constexpr int kWipeOnFork = 18;  // MADV_WIPEONFORK, since Linux 4.14
constexpr std::size_t kForkPage = 4096;

// The handles to close in a child. A list without a lock, since a thread that vanishes in a fork
// might hold one.
using HandleEntry = OwnHandle::Entry;
struct HandleBlock {
    std::array<HandleEntry, 64> entries{};
    std::atomic<HandleBlock*> next{nullptr};
};
constinit HandleBlock first_handles;

void forget_parent() noexcept;

/// Tells one open file from another; 0 if the descriptor is closed. Async-signal-safe.
std::uint64_t identity_of(int fd) noexcept {
    struct stat facts {};
    if (::fstat(fd, &facts) != 0) return 0;
    return std::uint64_t{facts.st_dev} << 48 ^ facts.st_ino ^ 1U << 31;
}

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
            const std::uint64_t identity = entry.identity.exchange(0);
            const std::uint64_t value = entry.value.exchange(0);
            const auto fd = static_cast<int>(static_cast<std::uint32_t>(value));
            if (value != 0 && (identity == 0 || identity == identity_of(fd))) ::close(fd);
        }
    }
}

/// Null when there is no memory: then a child keeps the handle until it ends.
HandleEntry* enter_handle(std::uint64_t value, std::uint64_t identity) noexcept {
    for (auto* block = &first_handles;; block = block->next.load()) {
        for (auto& entry : block->entries) {
            std::uint64_t free = 0;
            if (entry.value.load() != 0 || !entry.value.compare_exchange_strong(free, value)) {
                continue;
            }
            entry.identity.store(identity);
            return &entry;
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
    identity_ = identity_of(static_cast<int>(handle));
    entry_ = enter_handle(value_, identity_);
}

OwnHandle::OwnHandle(OwnHandle&& other) noexcept
    : handle_(std::exchange(other.handle_, kNoHandle)),
      entry_(std::exchange(other.entry_, nullptr)),
      value_(other.value_),
      identity_(other.identity_) {}

OwnHandle& OwnHandle::operator=(OwnHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(entry_, other.entry_);
    std::swap(value_, other.value_);
    std::swap(identity_, other.identity_);
    return *this;
}

OwnHandle::~OwnHandle() {
    if (handle_ == kNoHandle) return;
    // Out of the list first: a fork in between may not close what another thread opens next.
    auto mine = value_;
    if (entry_ != nullptr) {
        if (entry_->value.load() != mine) return;  // a child closed it
        entry_->identity.store(0);
        if (!entry_->value.compare_exchange_strong(mine, 0)) return;
    }
    if (intact()) ::close(static_cast<int>(handle_));
}

bool OwnHandle::intact() const noexcept {
    return handle_ != kNoHandle && identity_of(static_cast<int>(handle_)) == identity_;
}

}  // namespace bridge32::os
