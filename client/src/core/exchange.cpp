#include "bridge32/internal/client/exchange.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "client/hosts/backend.hpp"
#include "os/thread_exit.hpp"

namespace bridge32::detail {

namespace {

using Stock = std::vector<std::unique_ptr<Exchange>>;

// More futures at once are rare, and so are calls that nest deeper than a few. Large texts should
// not be kept for ever, and not in all of them.
constexpr std::size_t kMaxStock = 128;
constexpr std::size_t kMaxKeptText = 1 << 16;
constexpr std::size_t kMaxWithLargeText = 4;
constexpr std::size_t kMaxKeptLargeText = 1 << 20;

// Neither has a destructor: they can be looked at until the thread's very end.
thread_local Stock* own_stock = nullptr;
thread_local bool stock_is_gone = false;

/// The exchanges that this thread has used before and does not need now. Null when the thread ends:
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

Exchange::~Exchange() = default;
Caller::~Caller() = default;

ExchangeLease::ExchangeLease(Caller& caller) {
    Stock* const exchanges = stock();
    if (exchanges == nullptr || exchanges->empty()) {
        exchange_ = new client::PendingExchange;
    } else {
        exchange_ = exchanges->back().release();
        exchanges->pop_back();
    }
    client::PendingExchange::of(*exchange_).caller = &caller;
}

ExchangeLease::ExchangeLease(ExchangeLease&& other) noexcept
    : exchange_(std::exchange(other.exchange_, nullptr)) {}

ExchangeLease::~ExchangeLease() {
    if (exchange_ == nullptr) return;
    std::unique_ptr<Exchange> exchange(exchange_);
    auto& pending = client::PendingExchange::of(*exchange);
    const std::size_t kept =
        std::max(exchange->request.text().capacity(), pending.call.reply().capacity());
    pending.reset();
    Stock* const exchanges = stock();
    if (exchanges == nullptr) return;
    const std::size_t limit =
        exchanges->size() < kMaxWithLargeText ? kMaxKeptLargeText : kMaxKeptText;
    if (kept <= limit && exchanges->size() < kMaxStock) exchanges->push_back(std::move(exchange));
}

}  // namespace bridge32::detail
