// One call that a plugin is running for a client of this host.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "host32/endpoint/endpoint.hpp"
#include "host32/session/lookout.hpp"
#include "hosting/host_table.hpp"
#include "wire/message.hpp"

namespace bridge32::host {

/// The C ABI's bridge32_call. Lives on the stack of the thread that runs the call; other threads
/// may use it while the call runs.
class RunningCall : public bridge32_call {
public:
    /// `request` and `endpoint` outlive the call. `depth`: how many callbacks it runs inside of.
    /// `runner`: a lookout that runs the call, to be told of the reply; null: there is none.
    RunningCall(Endpoint& endpoint, wire::Message& request, unsigned depth,
                Lookout* runner = nullptr) noexcept
        : endpoint_(&endpoint),
          request_(&request),
          runner_(runner),
          depth_(depth),
          mark_(endpoint.last_callback()) {}
    RunningCall(const RunningCall&) = delete;
    RunningCall& operator=(const RunningCall&) = delete;
    ~RunningCall() override {
        end_abandoned();
        endpoint_->forget(call_id());
    }

    std::uint64_t call_id() const noexcept override { return request_->call_id(); }
    unsigned depth() const noexcept override { return depth_; }
    bool wants_reply() const noexcept { return (request_->flags() & wire::kNoReply) == 0; }

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment> attachments) noexcept override {
        if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
        end_abandoned();  // the caller waits for these first
        if (!wants_reply()) return BRIDGE32_OK;
        if (runner_ != nullptr) runner_->before_reply();
        return endpoint_->send_reply(call_id(), json, attachments);
    }
    std::shared_ptr<hosting::ClientPort> client() noexcept override {
        return endpoint_->shared_from_this();
    }
    std::uint64_t mark() const noexcept override { return mark_; }
    bool cancelled() noexcept override {
        return given_up_.load(std::memory_order_relaxed) || endpoint_->cancelled(call_id());
    }
    void give_up() noexcept override { given_up_.store(true, std::memory_order_relaxed); }
    hosting::BlockShare allocate(std::uint64_t size, bool zero) override;
    hosting::BlockShare retain(const void* data) override;

private:
    /// The plugin's function has returned: none of its callbacks still runs on this thread.
    void end_abandoned() noexcept {
        if (endpoint_->waits_for_callback()) endpoint_->end_abandoned(mark_);
    }

    Endpoint* endpoint_;
    wire::Message* request_;
    Lookout* runner_;
    unsigned depth_;
    const std::uint64_t mark_;
    std::atomic<bool> given_up_{false};
};

}  // namespace bridge32::host
