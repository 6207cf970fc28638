// A call with what the backends need beside its buffers.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/times.hpp"
#include "bridge32/internal/client/call.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "client/endpoint/endpoint.hpp"
#include "client/endpoint/inbound.hpp"
#include "os/fork.hpp"

namespace bridge32::client {

class Backend;
class Core;

/// A backend that calls use. It ends with the last of them, once another has taken its place, and
/// the core ends with the last of these, once nobody owns it.
struct BackendShare {
    /// What it counts while it is the core's current one, beside the calls that it knows of.
    static constexpr std::int64_t kCurrent = std::int64_t{1} << 40;

    Core& core;
    std::shared_ptr<Backend> backend;
    std::atomic<std::int64_t> uses{kCurrent};
};

/// Holds the backend of one call, and the core, for as long as it lives: as a shared pointer does,
/// at half of the price.
class BackendUse {
public:
    BackendUse() = default;
    /// It has been counted already.
    explicit BackendUse(BackendShare& share) noexcept : share_(&share) {}
    BackendUse(BackendUse&& other) noexcept : share_(std::exchange(other.share_, nullptr)) {}
    BackendUse& operator=(BackendUse&& other) noexcept {
        reset();
        share_ = std::exchange(other.share_, nullptr);
        return *this;
    }
    ~BackendUse() { reset(); }

    explicit operator bool() const noexcept { return share_ != nullptr; }
    Backend* operator->() const noexcept { return share_->backend.get(); }
    Backend& operator*() const noexcept { return *share_->backend; }
    void reset() noexcept {
        auto* const share = std::exchange(share_, nullptr);
        if (share != nullptr && share->uses.fetch_sub(1) == 1) end(*share);
    }

private:
    static void end(BackendShare& share) noexcept;

    BackendShare* share_ = nullptr;
};

/// The functions passed to one call: the plugin can call them until the call ends.
class CallFunctions {
public:
    /// `owner` outlives the call, unless no function is added.
    void begin(const std::shared_ptr<Inbound>& owner) noexcept { owner_ = &owner; }
    std::uint64_t add(std::shared_ptr<LocalFunction> function);
    bool empty() const noexcept { return ids_.empty(); }
    /// What one of them threw under this number; null if there is no such number.
    std::exception_ptr thrown(std::uint64_t number) const;
    /// Waits for those that run.
    void end() noexcept;

private:
    const std::shared_ptr<Inbound>* owner_ = nullptr;
    std::shared_ptr<Inbound> inbound_;  // the owner's, once there are functions
    std::vector<std::uint64_t> ids_;
    std::shared_ptr<ThrownExceptions> thrown_;
};

/// The reply of a plugin in this process.
struct InProcessReply {
    std::string json;
    std::vector<bridge32_attachment> attachments;
    /// Of each attachment: a copy, or a share in memory that the plugin made.
    std::vector<std::shared_ptr<const void>> memory;
};

/// Belongs to one thread at a time, as its WaitingCall does.
struct BackendCall : detail::Call {
    BackendCall() { request.set_functions(this); }

    os::OwnerProcess owner;
    WaitingCall waiting;  ///< through a channel
    Endpoint::Waits waits = Endpoint::Waits::kLater;
    InProcessReply in_process;
    CallFunctions functions;
    BackendUse started_at;              ///< of a call that was started and not waited for
    Clock::time_point send_by{};        ///< of a call without a reply
    Clock::time_point watched_since{};  ///< when the call began, if it is logged or traced
    std::exception_ptr handler_error;   ///< what an event handler threw during the call
    protocol::Failure failure;          ///< what an error reply says
    bool failed = false;                ///< `failure` is still to be thrown

    std::uint64_t add(std::shared_ptr<LocalFunction> function) override;
    std::shared_ptr<const void> keep(std::uint32_t at) override;
    [[noreturn]] void throw_error(std::string_view json) override;
    /// From the reply, which is an error. Throws ProtocolError if it is malformed.
    void read_failure();
    /// After a backend has waited for the call. With as little above it as possible: each frame
    /// that an exception cleans up on its way takes as long as a call.
    void throw_if_failed() {
        if (failed) throw_failure();
    }
    /// Makes it fit for the next call.
    void reset() noexcept;

    static BackendCall& of(detail::Call& call) { return static_cast<BackendCall&>(call); }

private:
    void throw_failure();  // not [[noreturn]]: see protocol::throw_failure
};

}  // namespace bridge32::client
