// A call with what the backends need beside its buffers.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/times.hpp"
#include "bridge32/internal/client/call.hpp"
#include "client/endpoint/endpoint.hpp"
#include "client/endpoint/inbound.hpp"

namespace bridge32::client {

class Backend;
class Core;

/// Holds the backend of one call for as long as it lives: as a shared pointer does, at half of the
/// price. The core outlives it.
class BackendUse {
public:
    BackendUse() = default;
    /// The core has counted it already.
    BackendUse(Core& core, Backend& backend) noexcept : core_(&core), backend_(&backend) {}
    BackendUse(BackendUse&& other) noexcept
        : core_(std::exchange(other.core_, nullptr)), backend_(other.backend_) {}
    BackendUse& operator=(BackendUse&& other) noexcept {
        reset();
        core_ = std::exchange(other.core_, nullptr);
        backend_ = other.backend_;
        return *this;
    }
    ~BackendUse() { reset(); }

    explicit operator bool() const noexcept { return core_ != nullptr; }
    Backend* operator->() const noexcept { return backend_; }
    Backend& operator*() const noexcept { return *backend_; }
    void reset() noexcept {
        if (core_ != nullptr) end();
    }

private:
    void end() noexcept;

    Core* core_ = nullptr;
    Backend* backend_ = nullptr;
};

/// A reply's attachment in this process: a copy, or a share in memory that the plugin made.
using OwnedMemory = std::shared_ptr<const void>;

/// Belongs to one thread at a time, as its WaitingCall does.
struct BackendCall : detail::Call {
    BackendCall() { request.set_functions(this); }

    // Of a call through a channel.
    WaitingCall waiting;
    Endpoint::Waits waits = Endpoint::Waits::later;

    // Of a call in this process.
    std::string in_process_json;
    std::vector<OwnedMemory> in_process_memory;
    std::vector<bridge32_attachment> in_process_attachments;

    BackendUse started_at;              ///< of a call that was started and not waited for
    Clock::time_point watched_since{};  ///< when the call began, if anybody watches
    std::exception_ptr handler_error;   ///< what an event handler threw during the call

    /// Whose call it is: outlives the call unless that has no functions. Null: nobody's.
    const std::shared_ptr<Inbound>* owner = nullptr;
    std::shared_ptr<Inbound> inbound;  ///< the owner's, once there are functions
    std::vector<std::uint64_t> functions;
    std::shared_ptr<ThrownExceptions> thrown;

    std::uint64_t add(std::shared_ptr<LocalFunction> function) override;
    std::shared_ptr<const void> keep(std::uint32_t at) override;
    [[noreturn]] void throw_error(std::string_view json) override;
    /// Makes it fit for the next call.
    void reset() noexcept;

    static BackendCall& of(detail::Call& call) { return static_cast<BackendCall&>(call); }
};

}  // namespace bridge32::client
