#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "bridge32/internal/client/call.hpp"
#include "client/core/core.hpp"
#include "client/hosts/backend_call.hpp"
#include "os/thread_exit.hpp"

namespace bridge32::detail {

namespace {

using Stock = std::vector<std::unique_ptr<Call>>;

// More futures at once are rare, and so are calls that nest deeper than a few. Large texts should
// not be kept for ever, and not in all of them.
constexpr std::size_t kMaxStock = 128;
constexpr std::size_t kMaxKeptText = 1 << 16;
constexpr std::size_t kMaxWithLargeText = 4;
constexpr std::size_t kMaxKeptLargeText = 1 << 20;

// Neither has a destructor: they can be looked at until the thread's very end.
thread_local Stock* own_stock = nullptr;
thread_local bool stock_is_gone = false;

/// The calls that this thread has used before and does not need now. Null when the thread ends:
/// what is destroyed last, static objects on the main thread among it, may still call.
Stock* stock() {
    if (own_stock == nullptr && !stock_is_gone) {
        auto made = std::make_unique<Stock>();
        made->reserve(kMaxStock);  // what comes back to it allocates nothing
        os::at_thread_exit(
            [](void* old) noexcept {
                own_stock = nullptr;
                stock_is_gone = true;
                const std::unique_ptr<Stock> end(static_cast<Stock*>(old));
            },
            made.get());
        own_stock = made.release();
    }
    return own_stock;
}

}  // namespace

Call::~Call() = default;
CallPort::~CallPort() = default;

CallLease::CallLease(Caller& caller) {
    Stock* const calls = stock();
    if (calls == nullptr || calls->empty()) {
        call_ = new client::BackendCall;
    } else {
        call_ = calls->back().release();
        calls->pop_back();
    }
    client::BackendCall::of(*call_).functions.begin(static_cast<client::Core&>(caller).inbound());
}

CallLease::CallLease(CallLease&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}

CallLease::~CallLease() {
    if (call_ == nullptr) return;
    std::unique_ptr<Call> call(call_);
    auto& own = client::BackendCall::of(*call);
    if (!own.owner.is_this()) {
        // In a child made by fork this is a copy, which the client's tables and threads of the
        // parent may refer to. Unused ones could be freed, but cannot be told from the others.
        os::keep_copy(call.release());
        return;
    }
    const std::size_t kept =
        std::max(call->request.text().capacity(), own.waiting.reply().capacity());
    own.reset();
    Stock* const calls = stock();
    if (calls == nullptr) return;
    const std::size_t limit = calls->size() < kMaxWithLargeText ? kMaxKeptLargeText : kMaxKeptText;
    if (kept <= limit && calls->size() < kMaxStock) calls->push_back(std::move(call));
}

}  // namespace bridge32::detail
