// Calls without types, for 64-bit drop-in libraries: their runtime knows the interface, and sends
// words and memory. Methods of the plugin when it is opened with the keyword argument `direct`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <tuple>

#include "bridge32/plugin.hpp"
#include "function.hpp"

namespace bridge32::ffi {

/// A function of the client, as it comes.
struct ClientFunction {
    std::shared_ptr<const detail::RemoteFunction> function{};
};

class Direct {
public:
    Direct(const Library& library, Shared& shared) : library_(library), shared_(shared) {}

    /// The address of a function or variable; 0: the library has none of this name.
    std::uint32_t address(const std::string& name) const;
    /// A DirectCall with what follows it; returns a DirectResult with what follows that.
    Bytes call(std::span<const std::byte> request) const;
    /// A call without memory: few stack words, two in each of `low`, `middle` and `high`. `how`: a
    /// SmallCall. Returns EDX and EAX, or the bits of a double, and errno, which was `error`.
    std::tuple<std::uint64_t, std::int32_t> call_small(std::uint32_t function, std::uint32_t how,
                                                       std::int32_t error, std::uint64_t low,
                                                       std::uint64_t middle,
                                                       std::uint64_t high) const;
    /// A C function that passes `words` words of its stack to the client. It is never freed.
    std::uint32_t closure(const ClientFunction& function, std::uint32_t words, std::uint32_t pops,
                          bool returns_real);
    /// @{
    /// Memory of this process.
    Bytes read(std::uint32_t at, std::uint32_t size) const;
    Bytes read_text(std::uint32_t at, std::uint32_t unit) const;
    void write(std::uint32_t at, std::span<const std::byte> data) const;
    /// @}

private:
    /// Runs it, and sets `error` to errno, which it was before. Throws Error: another convention.
    static void invoke(Invocation& invocation, std::uint32_t pops, std::int32_t& error);

    const Library& library_;
    Shared& shared_;
    std::mutex mutex_;
    std::deque<Plan> plans_{};  // of closures
    std::deque<std::shared_ptr<Closure>> closures_{};
};

}  // namespace bridge32::ffi

template <>
struct bridge32::Codec<bridge32::ffi::ClientFunction> {
    static constexpr std::string_view kTypeName = "function";

    static ffi::ClientFunction decode(Decoder& in) {
        if (in.tag() != detail::Tag::callback) {
            throw in.expected("a function");
        }
        return {
            std::make_shared<const detail::RemoteFunction>(detail::current_scope(), in.function())};
    }
};
