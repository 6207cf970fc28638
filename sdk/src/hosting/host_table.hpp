// What a host offers to its plugins: the bridge32_host table of the C ABI and its extensions.
// host32 and a client with `mode = in_process` both are hosts.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "bridge32/extensions.h"
#include "bridge32/plugin.h"

namespace bridge32::hosting {

/// A client as plugins see it through the C ABI. Each kind of host has a derived class.
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

/// A share in a block of memory that host and client both see, from `data` on. Nothing in it: there
/// is none.
struct BlockShare {
    std::byte* data = nullptr;
    std::uint64_t size = 0;
    std::shared_ptr<const void> owner;
};

/// The table for plugins whose libraries are searched for in `library_path`, and may be files that
/// other users can change if `allow_unsafe`. Valid as long as the process runs; the same arguments
/// give the same table. Thread-safe.
const bridge32_host& host_table(const std::vector<std::filesystem::path>& library_path,
                                bool allow_unsafe = false);

}  // namespace bridge32::hosting

/// The client type of the C ABI.
struct bridge32_peer {
    std::shared_ptr<bridge32::hosting::ClientPort> port;
};

/// One running call in the host. Each kind of host has a derived class.
struct bridge32_call {
    virtual ~bridge32_call() = default;
    bool replied = false;  ///< set by `reply`: a call has exactly one
    /// bridge32_host::reply. Does not throw.
    virtual std::int32_t reply(std::string_view json,
                               std::span<const bridge32_attachment> attachments) noexcept = 0;
    /// The client that made it; null if nothing can be sent to it.
    virtual std::shared_ptr<bridge32::hosting::ClientPort> client() noexcept { return nullptr; }
    /// The client's number for it; 0 if there is none.
    virtual std::uint64_t call_id() const noexcept { return 0; }
    /// The number of callbacks it is nested in.
    virtual unsigned depth() const noexcept { return 0; }
    /// The last callback that was called before it: see host32's Endpoint.
    virtual std::uint64_t mark() const noexcept { return 0; }
    /// bridge32_clients::cancelled.
    virtual bool cancelled() noexcept { return false; }
    /// From now on, the host does not wait for the client during this call.
    virtual void give_up() noexcept {}
    /// bridge32_memory::allocate and, unless `zero`, allocate_for_overwrite. Throws
    /// bridge32::Error.
    virtual bridge32::hosting::BlockShare allocate(std::uint64_t /*size*/, bool /*zero*/) {
        return {};
    }
    /// bridge32_memory::retain: what `data` lies in, from there on.
    virtual bridge32::hosting::BlockShare retain(const void* /*data*/) { return {}; }
};
