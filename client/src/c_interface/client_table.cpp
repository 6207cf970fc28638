// The numbers that callers have for their clients.
#include <array>
#include <atomic>
#include <cstddef>
#include <limits>
#include <new>

#include "bridge32/error.hpp"
#include "client/c_interface/client.hpp"

namespace bridge32::c_interface {

namespace {

// A handle is the slot's number, from 1, and above it how often the slot was closed before. There
// is no lock, because a child made by fork may have one from a thread that is not there.
//
// A slot's word: in the lower half the uses, whether it is open, and whether its client is still to
// be freed; in the upper half how often it was closed. A use that comes too late counts itself for
// a moment too, and goes away again.
constexpr std::uint64_t kOpen = std::uint64_t{1} << 30;
constexpr std::uint64_t kToFree = std::uint64_t{1} << 31;
constexpr std::uint64_t kOneClose = std::uint64_t{1} << 32;

struct ClientSlot {
    std::atomic<std::uint64_t> word{0};
    std::atomic<OpenClient*> client{nullptr};  // null: free
};

constexpr std::size_t kSlotsInBlock = 64;
struct ClientBlock {
    std::array<ClientSlot, kSlotsInBlock> slots;
    std::atomic<ClientBlock*> next{nullptr};
};
constinit ClientBlock first_clients;

bool is_open_for(std::uint64_t word, std::uint64_t handle) {
    return (word & kOpen) != 0 && word >> 32 == handle >> 32;
}

ClientSlot* find_slot(std::uint64_t handle) noexcept {
    std::uint64_t number = (handle & std::numeric_limits<std::uint32_t>::max()) - 1;
    for (auto* block = &first_clients; block != nullptr; block = block->next.load()) {
        if (number < kSlotsInBlock) return &block->slots[static_cast<std::size_t>(number)];
        number -= kSlotsInBlock;
    }
    return nullptr;
}

void leave_slot(ClientSlot& slot) noexcept {
    std::uint64_t word = slot.word.fetch_sub(1) - 1;
    constexpr std::uint64_t kUses = kOpen - 1;
    if ((word & (kToFree | kUses)) != kToFree) return;
    // Only one thread frees it; then the slot may be used again.
    if (!slot.word.compare_exchange_strong(word, word - kToFree)) return;  // its new user will
    delete slot.client.load();
    slot.client.store(nullptr);
}

}  // namespace

bridge32_client* add_client(std::unique_ptr<OpenClient> client) {
    std::uint64_t number = 0;
    for (auto* block = &first_clients;; block = block->next.load()) {
        for (auto& slot : block->slots) {
            ++number;
            OpenClient* none = nullptr;
            if (slot.client.load() != nullptr ||
                !slot.client.compare_exchange_strong(none, client.get())) {
                continue;
            }
            static_cast<void>(client.release());
            const std::uint64_t closes = slot.word.fetch_add(kOpen) >> 32;
            return reinterpret_cast<bridge32_client*>(
                static_cast<std::uintptr_t>(closes << 32 | number));
        }
        if (block->next.load() != nullptr) continue;
        auto* const fresh = new ClientBlock;
        ClientBlock* none = nullptr;
        if (!block->next.compare_exchange_strong(none, fresh)) delete fresh;
    }
}

ClientUse::ClientUse(bridge32_client* handle) : handle_(reinterpret_cast<std::uintptr_t>(handle)) {
    static_assert(sizeof(void*) == sizeof(std::uint64_t), "a handle needs 64 bits");
    if (handle == nullptr) throw InvalidArgument("the client is null");
    if (auto* const slot = find_slot(handle_)) {
        if (is_open_for(slot->word.fetch_add(1), handle_)) {
            client_ = slot->client.load();
            return;
        }
        leave_slot(*slot);
    }
    throw ConnectionClosed("the client was closed: it cannot be used any more");
}

ClientUse::~ClientUse() {
    if (client_ != nullptr) leave_slot(*find_slot(handle_));
}

bool ClientUse::close() noexcept {
    auto& word = find_slot(handle_)->word;
    std::uint64_t seen = word.load();
    do {
        if (!is_open_for(seen, handle_)) return false;
    } while (!word.compare_exchange_weak(seen, seen - kOpen + kToFree + kOneClose));
    return true;
}

}  // namespace bridge32::c_interface
