// One request and its reply, between the typed calls in client.hpp and the client library.
#pragma once

#include <bridge32/codec.hpp>
#include <bridge32/internal/client/export.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bridge32::detail {

class Caller;

/// A request's buffers and, after the call, a view of its reply. Reused: creating one allocates,
/// using it does not. Keeps the call's callbacks while in use, and lets results keep the reply's
/// memory.
class BRIDGE32_CLIENT_API Exchange : public AttachmentKeeper, public FunctionSink {
public:
    Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;
    ~Exchange() override;

    /// Throws the error in an error reply of this call; the exception of one of its callbacks is
    /// rethrown as the original.
    [[noreturn]] virtual void throw_error(std::string_view json) = 0;

    Encoder request;
    /// Valid until the exchange is used again or released.
    std::string_view reply_json;
    std::span<const bridge32_attachment> reply_attachments;
};

/// Takes an exchange from this thread's pool and returns it. Nested calls take several.
class BRIDGE32_CLIENT_API ExchangeLease {
public:
    /// For a call of `caller`, which outlives it unless the exchange has no callbacks.
    explicit ExchangeLease(Caller& caller);
    ExchangeLease(ExchangeLease&& other) noexcept;
    ExchangeLease& operator=(ExchangeLease&&) = delete;
    ~ExchangeLease();

    Exchange* operator->() const noexcept { return exchange_; }
    Exchange& operator*() const noexcept { return *exchange_; }

private:
    Exchange* exchange_;
};

/// Memory that the host can read in place.
struct SharedBytes {
    std::byte* data;
    std::shared_ptr<void> owner;
};

/// A time limit for one call; empty for none.
using Timeout = std::optional<std::chrono::milliseconds>;

/// What every client offers to the typed calls. Thread-safe.
class BRIDGE32_CLIENT_API Caller {
public:
    virtual ~Caller();
    /// Sends the request and waits for the reply. `method` is for error messages. Throws the error
    /// in the reply, or what failed on the way.
    virtual void call(Exchange& exchange, std::string_view method, Timeout timeout) = 0;
    /// Sends the request; `wait` gets its reply later, on any thread. Its callbacks run on the
    /// dispatcher while no thread waits.
    virtual void start(Exchange& exchange, std::string_view method) = 0;
    virtual void wait(Exchange& exchange, std::string_view method, Timeout timeout) = 0;
    /// True if the reply to a started request has arrived; waits until `deadline` for it.
    virtual bool wait_until(Exchange& exchange, std::chrono::steady_clock::time_point deadline) = 0;
    /// The reply is not wanted any more. With `tell_host`, the plugin can see that.
    virtual void abandon(Exchange& exchange, bool tell_host) noexcept = 0;
    /// Runs `task`, which must not throw, on the dispatcher once the reply has arrived.
    virtual void when_done(Exchange& exchange, std::function<void()> task) = 0;
    /// Sends a request that has no reply.
    virtual void notify(Exchange& exchange) = 0;
    /// Shared memory of `size` zero bytes. Throws Error with the size.
    virtual SharedBytes make_shared_bytes(std::uint64_t size) = 0;
    /// See Client::on_event. An empty name means all events.
    virtual void on_event(std::string name, std::shared_ptr<LocalFunction> handler) = 0;
    /// See Client::long_lived.
    virtual std::uint64_t add_long_lived(std::shared_ptr<LocalFunction> function) = 0;
    virtual void remove_long_lived(std::uint64_t id) noexcept = 0;
    /// See Client::poll.
    virtual std::size_t poll(std::chrono::milliseconds timeout) = 0;
    /// True if continuations run only in Client::poll.
    virtual bool needs_poll() const noexcept = 0;
    /// The limit for calls without one of their own.
    virtual Timeout call_timeout() const noexcept = 0;
    /// The plugin's name, for error messages.
    virtual std::string_view plugin() const noexcept = 0;
};

}  // namespace bridge32::detail
