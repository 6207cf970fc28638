// Between the typed calls in client.hpp and the client library: one request and its reply.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/export.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace bridge32::detail {

/// A request's buffers and, after the call, a view of its reply. Used again and again: making
/// one allocates, using it does not.
class BRIDGE32_CLIENT_API Exchange {
public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    virtual ~Exchange();

    Encoder request;
    /// Valid until the exchange is used or released again.
    std::string_view reply_json;
    std::span<const bridge32_attachment> reply_attachments;
};

/// Takes an exchange from this thread's stock, and puts it back. Nested calls take several.
class BRIDGE32_CLIENT_API ExchangeLease {
public:
    ExchangeLease();
    ExchangeLease(ExchangeLease&& other) noexcept;
    ExchangeLease& operator=(ExchangeLease&&) = delete;
    ~ExchangeLease();

    Exchange* operator->() const noexcept { return exchange_; }
    Exchange& operator*() const noexcept { return *exchange_; }

private:
    Exchange* exchange_;
};

/// A time limit for one call: none, or so long.
using Timeout = std::optional<std::chrono::milliseconds>;

/// What every client offers to the typed calls. Any thread.
class BRIDGE32_CLIENT_API Caller {
public:
    virtual ~Caller();
    /// Sends the request and waits for the reply. `method` is for error messages. Throws what
    /// the reply says, or what went wrong on the way.
    virtual void call(Exchange& exchange, std::string_view method, Timeout timeout) = 0;
    /// Sends the request; `wait` gets its reply later, on any thread.
    virtual void start(Exchange& exchange, std::string_view method) = 0;
    virtual void wait(Exchange& exchange, std::string_view method, Timeout timeout) = 0;
    /// Has the reply to a started request come? Waits for it until `deadline`.
    virtual bool wait_until(Exchange& exchange, std::chrono::steady_clock::time_point deadline) = 0;
    /// Nobody waits for the reply any more.
    virtual void abandon(Exchange& exchange) noexcept = 0;
    /// Sends a request that has no reply.
    virtual void notify(Exchange& exchange) = 0;
    /// The limit for calls that do not name one.
    virtual Timeout call_timeout() const noexcept = 0;
    /// The plugin's name, for error messages.
    virtual std::string_view plugin() const noexcept = 0;
};

}  // namespace bridge32::detail
