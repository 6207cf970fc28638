// A function of an interface as a method of the plugin.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bridge32/internal/plugin/member.hpp"
#include "closures.hpp"
#include "handles.hpp"
#include "plan.hpp"

namespace bridge32::ffi {

/// What the functions of one instance share.
struct Shared {
    Context context;
    Handles handles;
    Closures closures{};
    /// Calls the function `name` of the library with one pointer.
    std::function<void(const std::string& name, std::uint32_t object)> free{};
    /// The text that the function `name` returns for a status.
    std::function<std::string(const std::string& name, std::uint32_t status)> message{};
    /// Throws PluginError: the library has no function `name`, but similar ones.
    std::function<void(const std::string& name)> throw_missing{};
};

/// Writes what is in C's memory as a result.
struct ResultWriter {
    void* of;
    void (*write)(void* of, Encoder& out);
};

class Function final : public detail::Member {
public:
    /// `address`: null if the library has no such function, which a call then reports.
    Function(const interfaces::Function& declared, Plan plan, const void* address, Shared& shared);

    void run(detail::CallFrame& frame) override;

    const Plan& plan() const noexcept { return plan_; }

private:
    class Call;

    void serve(detail::CallFrame& frame);
    [[noreturn]] void refuse() const;

    const Plan plan_;
    const void* const address_;
    Shared& shared_;
};

}  // namespace bridge32::ffi

template <>
struct bridge32::Codec<bridge32::ffi::ResultWriter> {
    static void encode(Encoder& out, const ffi::ResultWriter& result) {
        result.write(result.of, out);
    }
};
