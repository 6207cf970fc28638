#include "bridge32/exchange.hpp"

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

// Deeper nesting and more futures at once are rare; a large reply should not be kept for ever.
constexpr std::size_t kMaxStock = 16;
constexpr std::size_t kMaxKeptText = 1 << 20;

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
    const bool large = exchange->request.text().capacity() > kMaxKeptText ||
                       pending.pending.message.json().size() > kMaxKeptText;
    pending.reset();
    auto& exchanges = stock();
    if (!large && exchanges.size() < kMaxStock) exchanges.push_back(std::move(exchange));
}

}  // namespace bridge32::detail
