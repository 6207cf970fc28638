// The 32-bit library, in its host.
#pragma once

#include <atomic>
#include <bridge32/client.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "interface/direct_call.hpp"
#include "wrap/copies.hpp"
#include "wrap/plans/plan.hpp"

namespace bridge32::wrap {

/// One host with one library. Thread-safe.
class Remote {
public:
    /// Starts host32 from `folder`, with the library `file` there. Throws what Client's constructor
    /// throws.
    Remote(const std::filesystem::path& folder, const std::string& file);

    /// Throws Error if the library has no function of this name.
    std::uint32_t address_of(const std::string& name);
    /// A DirectCall. Throws what a call throws.
    Bytes call(std::span<const std::byte> request) { return client_.call<Bytes>("call", request); }
    /// A SmallCall with the stack's words: of the result only EAX, EDX, errno and x87 are set.
    interfaces::DirectResult call_small(std::uint32_t function, std::uint32_t how,
                                        std::int32_t error, const std::byte* stack);
    Bytes read(std::uint32_t at, std::size_t size) {
        return client_.call<Bytes>("read", at, static_cast<std::uint32_t>(size));
    }
    void write(std::uint32_t at, std::span<const std::byte> data) {
        client_.call<void>("write", at, data);
    }
    /// The program's copy of text of the library's.
    const std::byte* text(std::uint32_t at, std::uint32_t unit);
    /// A function of the library's process that calls `function` of the program's.
    std::uint32_t closure_of(const void* function, const Plan& plan);
    /// @{
    /// Memory of C's `malloc` there. Throws Error.
    std::uint32_t allocate(std::uint32_t size);
    void free(std::uint32_t at);
    /// @}

    /// What stands for a struct of the program's that the library keeps.
    struct Shadow {
        std::uint32_t address;
        std::vector<std::byte> last;  ///< what the library had in it last
    };
    /// The one for the struct at `own`; null if there is none.
    Shadow* shadow_of(const void* own);
    /// A new one, cleared, in place of one that there may be.
    Shadow& make_shadow(const void* own, std::uint32_t size);
    void end_shadow(const void* own);

    /// Ends the host, and passes on what it still had to print.
    void shutdown() { client_.shutdown(); }

    Copies copies{};
    Tokens tokens{};

private:
    Client client_;
    std::mutex mutex_;
    std::map<std::string, std::uint32_t> addresses_{};
    std::map<std::pair<const void*, const Plan*>, std::uint32_t> closures_{};
    std::deque<LongLivedFunction> functions_{};
    std::map<const void*, Shadow> shadows_{};

    std::uint32_t call_with(const std::string& name, std::uint32_t argument);
};

}  // namespace bridge32::wrap
