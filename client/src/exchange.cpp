#include "bridge32/exchange.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "backend.hpp"
#include "os/thread_exit.hpp"

namespace bridge32::detail {

namespace {

using Stock = std::vector<std::unique_ptr<Exchange>>;

/// The exchanges that this thread has used before and does not need now.
Stock& stock() {
    thread_local Stock* exchanges = nullptr;
    if (exchanges == nullptr) {
        auto made = std::make_unique<Stock>();
        os::at_thread_exit(
            [](void* old) noexcept { const std::unique_ptr<Stock> end(static_cast<Stock*>(old)); },
            made.get());
        exchanges = made.release();
    }
    return *exchanges;
}

// More futures at once are rare, and so are calls that nest deeper than a few. Large texts should
// not be kept for ever, and not in all of them.
constexpr std::size_t kMaxStock = 128;
constexpr std::size_t kMaxKeptText = 1 << 16;
constexpr std::size_t kMaxWithLargeText = 4;
constexpr std::size_t kMaxKeptLargeText = 1 << 20;

}  // namespace

Exchange::~Exchange() = default;
Caller::~Caller() = default;

ExchangeLease::ExchangeLease(Caller& caller) {
    auto& exchanges = stock();
    if (exchanges.empty()) {
        exchange_ = new client::PendingExchange;
    } else {
        exchange_ = exchanges.back().release();
        exchanges.pop_back();
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
        std::max(exchange->request.text().capacity(), pending.pending.message.capacity());
    pending.reset();
    auto& exchanges = stock();
    const std::size_t limit =
        exchanges.size() < kMaxWithLargeText ? kMaxKeptLargeText : kMaxKeptText;
    if (kept <= limit && exchanges.size() < kMaxStock) exchanges.push_back(std::move(exchange));
}

}  // namespace bridge32::detail
