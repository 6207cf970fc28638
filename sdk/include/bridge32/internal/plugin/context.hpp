// What a plugin can do for the caller during a call: report progress, detect cancellation, and
// create results in shared memory.
//
//     std::vector<double> scan(int n) {
//         for (int i = 0; i < n && !context().cancelled(); ++i) {
//             context().emit("progress", double(i) / n);
//             ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/protocol/event.hpp"
#include "bridge32/internal/support/foreign_code.hpp"

namespace bridge32 {
namespace detail {

/// A reference to a client of the host.
class ClientShare {
public:
    ClientShare(const bridge32_host& its_host, bridge32_call* call);
    ClientShare(const ClientShare&) = delete;
    ClientShare& operator=(const ClientShare&) = delete;
    ~ClientShare();

    const bridge32_host& its_host() const noexcept { return *host_; }
    bridge32_peer* get() const noexcept { return client_; }

private:
    const bridge32_host* host_;
    bridge32_peer* client_;
};

/// True unless it was dropped.
bool send_event(const ClientShare& client, bridge32_call* call, const Encoder& event);

template <class... A>
bool emit(const ClientShare& client, bridge32_call* call, std::string_view event,
          const A&... arguments) {
    const OwnCode own;
    Encoder out;
    protocol::write_event(out, event, arguments...);
    return send_event(client, call, out);
}

/// A block of shared memory, released by the destructor.
std::shared_ptr<void> own_block(const bridge32_host& its_host, const bridge32_block& block);

}  // namespace detail

/// Sends events to one client, also between calls. Cheap to copy; thread-safe; may outlive the
/// call, but not the plugin.
class Emitter {
public:
    /// Sends the event `name` with `arguments`, of any type that a result can have, to the client's
    /// on_event handlers. Returns at once; false if the event was dropped because the client is
    /// gone or has thousands of unread events. Throws CodecError.
    template <class... A>
    bool emit(std::string_view name, const A&... arguments) const {
        return detail::emit(*client_, nullptr, name, arguments...);
    }

private:
    friend class Context;
    explicit Emitter(std::shared_ptr<const detail::ClientShare> client)
        : client_(std::move(client)) {}

    std::shared_ptr<const detail::ClientShare> client_;
};

/// The running call, from `context()`. Valid until the call ends.
class Context {
public:
    /// For `context()`.
    explicit Context(detail::CallScope& scope) noexcept : scope_(&scope) {}

    /// Sends the event `name` to the caller's on_event handlers, which run in order before the call
    /// returns. Waits while the client is busy with earlier events. False if the client is gone.
    /// Throws CodecError.
    template <class... A>
    bool emit(std::string_view name, const A&... arguments) const {
        const detail::ClientShare client(scope_->its_host(), scope_->call());
        return detail::emit(client, scope_->call(), name, arguments...);
    }

    /// Creates an Emitter for events after the call, from any thread. Throws Error.
    Emitter emitter() const;

    /// True if the client no longer waits for this call: it timed out, was cancelled, or the client
    /// is gone. A long method should poll this and return early; its result is dropped.
    bool cancelled() const;

    /// An array of zeros in shared memory, which is returned without a copy. Throws Error with the
    /// size if the memory cannot be allocated.
    template <class T>
    NdArray<T> make_array(std::vector<std::uint64_t> shape, Order order = Order::c) const {
        return make<T>(std::move(shape), order, memory().allocate);
    }
    /// The same without clearing the memory, which takes a third of the time of a large call: for
    /// an array that will be overwritten completely. It may contain older data of the same client.
    template <class T>
    NdArray<T> make_array_for_overwrite(std::vector<std::uint64_t> shape,
                                        Order order = Order::c) const {
        return make<T>(std::move(shape), order, for_overwrite());
    }

    /// The same for `size` zero bytes.
    Bytes make_bytes(std::size_t size) const;
    /// As make_array_for_overwrite.
    Bytes make_bytes_for_overwrite(std::size_t size) const;

    /// @{
    /// Keeps the client's own array after this call, for writing, too: the client sees changes at
    /// once, in place. `view` is an argument of this call that the client created with make_array.
    /// The memory stays valid whatever the client does. Throws InvalidArgument if the argument is
    /// not in shared memory.
    template <class T>
    NdArray<T> retain(const NdArray<const T>& view) const {
        const bridge32_block block = keep(view.data());
        return NdArray<T>(view.shape(), static_cast<T*>(block.data),
                          detail::own_block(scope_->its_host(), block), view.order());
    }
    template <class T>
    NdArray<T> retain(std::span<const T> view) const {
        const bridge32_block block = keep(view.data());
        return NdArray<T>({view.size()}, static_cast<T*>(block.data),
                          detail::own_block(scope_->its_host(), block));
    }
    /// @}

private:
    using Allocate = decltype(bridge32_memory::allocate);

    const bridge32_memory& memory() const;
    /// The host's function for it; an older host only has the one that clears.
    Allocate for_overwrite() const;
    bridge32_block get(std::uint64_t size, Allocate allocate) const;
    bridge32_block keep(const void* data) const;

    template <class T>
    NdArray<T> make(std::vector<std::uint64_t> shape, Order order, Allocate allocate) const {
        const std::uint64_t size =
            sizeof(T) * std::uint64_t{detail::element_count(shape, sizeof(T))};
        const bridge32_block block = get(size, allocate);
        return NdArray<T>(std::move(shape), static_cast<T*>(block.data),
                          detail::own_block(scope_->its_host(), block), order);
    }
    detail::CallScope* scope_;
};

/// The call that is running on this thread. Throws Error if there is none.
Context context();

}  // namespace bridge32
