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
class BRIDGE32_CLIENT_API Call : public AttachmentKeeper, public FunctionSink {
public:
    Call() = default;
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call() override;

    /// Throws the error in an error reply of this call; the exception of one of its callbacks is
    /// rethrown as the original.
    [[noreturn]] virtual void throw_error(std::string_view json) = 0;

    Encoder request;
    /// Valid until the call is used again or released.
    std::string_view reply_json;
    std::span<const bridge32_attachment> reply_attachments;
};

/// Takes a call from this thread's pool and returns it. Nested calls take several.
class BRIDGE32_CLIENT_API CallLease {
public:
    /// For a call of `caller`, which outlives it unless the call has no callbacks.
    explicit CallLease(Caller& caller);
    CallLease(CallLease&& other) noexcept;
    CallLease& operator=(CallLease&&) = delete;
    ~CallLease();

    Call* operator->() const noexcept { return call_; }
    Call& operator*() const noexcept { return *call_; }

private:
    Call* call_;
};

/// Memory that the host can read in place.
struct BlockShare {
    std::byte* data;
    std::shared_ptr<void> owner;
};

/// A time limit for one call; empty for none.
using Timeout = std::optional<std::chrono::milliseconds>;

inline constexpr auto kNoDeadline = (std::chrono::steady_clock::time_point::max)();

/// Where calls go: a client, or one of its backends, which are hosts behind channels and plugins in
/// this process. A client passes each call on to its current backend. Thread-safe.
class BRIDGE32_CLIENT_API CallPort {
public:
    using Deadline = std::chrono::steady_clock::time_point;

    virtual ~CallPort();
    /// Sends the request. `method` is for error messages. Callbacks of the call run on the
    /// dispatcher while no thread waits for it. Throws TimeoutError if `deadline` came first,
    /// HostCrashed, ConnectionClosed, ProtocolError.
    virtual void start(Call& call, std::string_view method, Deadline deadline) = 0;
    /// Waits for the reply to a started request, on any thread. False if `deadline` came first: the
    /// reply stays expected. Throws the error in the reply, or what failed on the way.
    virtual bool wait(Call& call, std::string_view method, Deadline deadline) = 0;
    /// The reply is not wanted any more. With `tell_host`, the plugin can see that.
    virtual void abandon(Call& call, bool tell_host) noexcept = 0;
    /// Runs `task`, which must not throw, on the dispatcher once the reply has arrived.
    virtual void when_done(Call& call, std::function<void()> task) = 0;
    /// Sends a request that has no reply.
    virtual void notify(Call& call) = 0;
    /// Shared memory of `size` zero bytes. Throws Error with the size.
    virtual BlockShare make_block(std::uint64_t size) = 0;
};

/// A client, as typed calls see it. Thread-safe.
class BRIDGE32_CLIENT_API Caller : public CallPort {
public:
    /// Sends the request and waits for the reply; after a crash sends it again if the options say
    /// so.
    virtual void call(Call& call, std::string_view method, Timeout timeout) = 0;
    /// The same for a started request.
    virtual void finish(Call& call, std::string_view method, Timeout timeout) = 0;
    /// See Client::on_event. An empty name means all events.
    virtual void on_event(std::string name, std::shared_ptr<LocalFunction> handler) = 0;
    /// See Client::long_lived.
    virtual std::uint64_t add_long_lived(std::shared_ptr<LocalFunction> function) = 0;
    virtual void remove_long_lived(std::uint64_t id) noexcept = 0;
    /// See Client::poll.
    virtual std::size_t poll(std::chrono::milliseconds timeout) = 0;
    /// True if continuations run only in Client::poll.
    virtual bool needs_poll() const noexcept = 0;
    /// The host sent what cannot be: ends the session with it, and throws ProtocolError(`found`).
    [[noreturn]] virtual void end_broken(const std::string& found) = 0;
    /// The limit for calls without one of their own.
    virtual Timeout call_timeout() const noexcept = 0;
    /// The plugin's name, for error messages.
    virtual std::string_view plugin() const noexcept = 0;
    /// False in a child made by fork, where nothing but this and `plugin` is of use.
    virtual bool in_own_process() const noexcept = 0;
};

}  // namespace bridge32::detail
