<<<<<<< HEAD
#pragma once
#include "hosting/host_table.hpp"  // moved
=======
// The host's functions for plugins: the bridge32_host table of the C ABI. host32 and a client with
// `mode = in_process` are both hosts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "bridge32/plugin.h"
#include "hosting/client_port.hpp"

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
    /// bridge32_clients::cancelled.
    virtual bool cancelled() noexcept { return false; }
    /// From now on, the host does not wait for the client during this call.
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

/// The table for plugins whose libraries are searched for in `library_path`. Valid as long as the
/// process runs; the same path gives the same table. Thread-safe.
const bridge32_host& host_table(const std::vector<std::filesystem::path>& library_path);

}  // namespace bridge32::hosting
>>>>>>> f085fc4 (sdk: comments of the shared modules in plain English)
