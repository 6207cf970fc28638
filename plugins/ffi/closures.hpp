// C functions that run functions of the client, made while the process runs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

#include "bridge32/internal/plugin/callback.hpp"
#include "call.hpp"
#include "memory.hpp"
#include "plan.hpp"
#include "transfer.hpp"

namespace bridge32::ffi {

/// One C function. It is not called any more once `make`'s result is gone.
class Closure {
public:
    /// `plan` and `handles` outlive it. Throws Error if there are too many.
    static std::shared_ptr<Closure> make(const Plan& plan,
                                         std::shared_ptr<const detail::RemoteFunction> function,
                                         Handles& handles);
    /// For `make`.
    Closure(const Plan& plan, std::shared_ptr<const detail::RemoteFunction> function,
            Handles& handles)
        : plan_(plan), function_(std::move(function)), handles_(handles) {}
    Closure(const Closure&) = delete;
    Closure& operator=(const Closure&) = delete;

    /// The C function.
    const void* address() const noexcept;
    /// The library has called it.
    void run(Entry& entry) noexcept;

private:
    void call(Entry& entry);
    void write_arguments(Encoder& out, const Entry& entry, Exchange& exchange) const;
    void take_results(Decoder& in, Entry& entry);
    void take_result(Decoder& in, std::size_t number, Entry& entry);

    const Plan& plan_;
    const std::shared_ptr<const detail::RemoteFunction> function_;
    Handles& handles_;
    std::uint32_t number_ = 0;
    std::mutex mutex_;
    Memory returned_;  // text that the library got last
};

/// The closures of one instance that outlive the call that they came with.
class Closures {
public:
    /// The same closure for the same function and parameter, so that registering one again and
    /// again takes no more memory.
    Closure& keep(const Plan& plan, const std::shared_ptr<const detail::RemoteFunction>& function,
                  Handles& handles, const std::string& ends, std::uint32_t object);
    /// The function `ends` was called for `object`: the library no longer calls what was passed
    /// with the same object.
    void end(const std::string& ends, std::uint32_t object) noexcept;

private:
    struct Kept {
        std::shared_ptr<Closure> closure;
        std::string ends;
        std::uint32_t object;
    };

    std::mutex mutex_;
    std::map<std::tuple<const Plan*, std::uint64_t, std::uint32_t>, Kept> all_;
};

}  // namespace bridge32::ffi
