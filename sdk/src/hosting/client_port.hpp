<<<<<<< HEAD
#pragma once
#include "hosting/host_table.hpp"  // moved
=======
// A client as plugins see it through the C ABI. Each kind of host has a derived class.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "bridge32/extensions.h"

namespace bridge32::hosting {

/// Thread-safe. May outlive the client, and then has no effect.
class ClientPort {
public:
    ClientPort() = default;
    ClientPort(const ClientPort&) = delete;
    ClientPort& operator=(const ClientPort&) = delete;
    virtual ~ClientPort() = default;

    /// A number that is unique among all clients this process ever had.
    std::uint64_t id() const noexcept { return id_; }

    /// bridge32_clients::emit.
    virtual std::int32_t emit(bridge32_call* call, std::string_view json,
                              std::span<const bridge32_attachment> attachments) noexcept = 0;
    /// bridge32_clients::invoke.
    virtual std::int32_t invoke(bridge32_call* call, std::string_view json,
                                std::span<const bridge32_attachment> attachments,
                                bridge32_reply_receiver receive, void* user) noexcept = 0;

private:
    static inline std::atomic<std::uint64_t> last_id{0};
    std::uint64_t id_ = ++last_id;
};

/// Memory that host and client share; empty if there is none.
struct SharedMemory {
    std::byte* data = nullptr;
    std::uint64_t size = 0;
    std::shared_ptr<const void> owner;
};

}  // namespace bridge32::hosting

/// The client type of the C ABI.
struct bridge32_peer {
    std::shared_ptr<bridge32::hosting::ClientPort> port;
};
>>>>>>> f085fc4 (sdk: comments of the shared modules in plain English)
