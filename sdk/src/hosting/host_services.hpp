// What a host offers to its plugins: the bridge32_host table of the C ABI. host32 and a client
// with `mode = in_process` both are hosts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "bridge32/plugin.h"
#include "hosting/client_port.hpp"

/// One running call, as the host sees it. Each kind of host derives its own.
struct bridge32_call {
    virtual ~bridge32_call() = default;
    bool replied = false;  ///< set by `reply`: a call has exactly one
    /// bridge32_host::reply. Does not throw.
    virtual std::int32_t reply(std::string_view json,
                               std::span<const bridge32_attachment> attachments) noexcept = 0;
    /// Who made it; null where there is nobody to send anything to.
    virtual std::shared_ptr<bridge32::hosting::ClientPort> client() noexcept { return nullptr; }
    /// The number that the client gave it; 0 where there is none.
    virtual std::uint64_t call_id() const noexcept { return 0; }
    /// How many callbacks it runs inside of.
    virtual unsigned depth() const noexcept { return 0; }
    /// bridge32_clients::cancelled.
    virtual bool cancelled() noexcept { return false; }
    /// The host waits for the client no longer in the course of this call.
    virtual void give_up() noexcept {}
    /// bridge32_memory::allocate and, unless `zero`, allocate_for_overwrite. Throws
    /// bridge32::Error.
    virtual bridge32::hosting::SharedMemory allocate(std::uint64_t /*size*/, bool /*zero*/) {
        return {};
    }
    /// bridge32_memory::retain: what `data` lies in, from there on.
    virtual bridge32::hosting::SharedMemory retain(const void* /*data*/) { return {}; }
};

namespace bridge32::hosting {

/// The table for plugins whose libraries are looked for in `library_path`. Lives as long as the
/// process; the same path gives the same table. Any thread.
const bridge32_host& host_table(const std::vector<std::filesystem::path>& library_path);

}  // namespace bridge32::hosting
