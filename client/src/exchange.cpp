#include "bridge32/exchange.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "backend.hpp"

namespace bridge32::detail {

namespace {

/// The exchanges that this thread has used before and does not need now.
std::vector<std::unique_ptr<Exchange>>& stock() {
    thread_local std::vector<std::unique_ptr<Exchange>> exchanges;
    return exchanges;
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
