// What a plugin in this process can do with its client: memory, events, callbacks, and the record
// of a call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>

#include "bridge32/internal/support/thread_scope.hpp"
#include "client/hosts/backend_call.hpp"
#include "hosting/host_table.hpp"

namespace bridge32::client {

/// The memory of make_array and make_bytes in this process. Any thread.
class LocalArena {
public:
    /// `size` zero bytes, aligned as shared memory is. Throws Error naming the size.
    hosting::BlockShare make(std::uint64_t size);
    /// From `data` on to the end of what it lies in; nothing when it is no memory of ours.
    hosting::BlockShare find(const void* data);

private:
    struct Block {
        std::uint64_t size;
        std::weak_ptr<void> owner;
    };

    std::mutex mutex_;
    std::map<const std::byte*, Block> blocks_;
};

/// The client, as the plugin sees it.
class InProcessClient : public hosting::ClientPort {
public:
    explicit InProcessClient(std::shared_ptr<Inbound> inbound) : inbound_(std::move(inbound)) {}

    /// On the thread of the call the handlers run at once, else on the dispatcher.
    std::int32_t emit(bridge32_call* call, std::string_view json,
                      std::span<const bridge32_attachment> attachments) noexcept override;
    /// Runs the function on the calling thread.
    std::int32_t invoke(bridge32_call* call, std::string_view json,
                        std::span<const bridge32_attachment> attachments,
                        bridge32_reply_receiver receive, void* user) noexcept override;

    LocalArena& memory() noexcept { return memory_; }

private:
    bool post_event(std::string_view json, std::span<const bridge32_attachment> attachments);

    std::shared_ptr<Inbound> inbound_;
    LocalArena memory_;
};

/// How many calls and callbacks of one client this thread is inside of.
class Nesting {
public:
    explicit Nesting(const InProcessClient* client) noexcept
        : client_(client), depth_(depth_inside(client)) {}
    unsigned depth() const noexcept { return depth_; }

private:
    using Scope = detail::ThreadScope<const Nesting>;

    static unsigned depth_inside(const InProcessClient* client) noexcept {
        const Nesting* const outer =
            Scope::find([client](const Nesting& nesting) { return nesting.client_ == client; });
        return outer == nullptr ? 0 : outer->depth_ + 1;
    }

    const InProcessClient* client_;
    unsigned depth_;
    Scope scope_{*this};
};

/// One call. Copies its reply into the target: what the plugin gave is its own again when
/// `call` returns, but for memory that it made with make_array.
class InProcessCall : public bridge32_call {
public:
    /// `target`: where the reply goes; null: nowhere. `depth`: of nested calls.
    InProcessCall(std::shared_ptr<InProcessClient> port, BackendCall* target, unsigned depth)
        : port_(std::move(port)), target_(target), depth_(depth) {}

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment> attachments) noexcept override;
    std::shared_ptr<hosting::ClientPort> client() noexcept override { return port_; }
    hosting::BlockShare allocate(std::uint64_t size, bool /*zero*/) override {
        return port_->memory().make(size);
    }
    hosting::BlockShare retain(const void* data) override { return port_->memory().find(data); }

    BackendCall* target() const noexcept { return target_; }
    unsigned depth() const noexcept override { return depth_; }
    std::thread::id thread() const noexcept { return thread_; }
    bool out_of_memory() const noexcept { return out_of_memory_; }

private:
    std::shared_ptr<InProcessClient> port_;
    BackendCall* target_;
    unsigned depth_;
    std::thread::id thread_ = std::this_thread::get_id();
    bool out_of_memory_ = false;
};

}  // namespace bridge32::client
