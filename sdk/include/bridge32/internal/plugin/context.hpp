// What a plugin can do for the caller while a call runs: report progress, see that nobody waits
// any more, make results where the client can read them.
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

namespace bridge32 {
namespace detail {

/// A count of a client of the host.
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
    Encoder out;
    protocol::write_event(out, event, arguments...);
    return send_event(client, call, out);
}

/// A block of shared memory, given back at the end of its life.
std::shared_ptr<void> own_block(const bridge32_host& its_host, const bridge32_block& block);

}  // namespace detail

/// Sends events to one client, between calls too. Cheap to copy; any thread; may outlive the
/// call, but not the plugin.
class Emitter {
public:
    /// Sends the event `name` with `arguments`, of any type that a result may have, to the
    /// client's on_event handlers. Returns at once: false when the event was dropped, because
    /// the client has gone or has thousands of them unread. Throws CodecError.
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

/// The call that is running: what `context()` returns. Valid until the call ends.
class Context {
public:
    /// What `context()` does.
    explicit Context(detail::CallScope& scope) noexcept : scope_(&scope) {}

    /// Sends the event `name` to the caller's on_event handlers, which see it before the call
    /// returns, in order. Waits while the client is busy with earlier ones. False when the
    /// client has gone. Throws CodecError.
    template <class... A>
    bool emit(std::string_view name, const A&... arguments) const {
        const detail::ClientShare client(scope_->its_host(), scope_->call());
        return detail::emit(client, scope_->call(), name, arguments...);
    }

    /// For events after the call, from any thread. Throws Error.
    Emitter emitter() const;

    /// Does nobody wait for this call any more? Because its time was up, it was cancelled, or
    /// the client has gone. A long method asks now and then and returns early; what it returns
    /// is dropped.
    bool cancelled() const;

    /// An array of zeros in memory that the client can read: returned, it is not copied. Throws
    /// Error naming the size when there is none.
    template <class T>
    NdArray<T> make_array(std::vector<std::uint64_t> shape, Order order = Order::c) const {
        return make<T>(std::move(shape), order, memory().allocate);
    }
    /// The same without the zeros, which take a third of the time of a large call: for an array
    /// that is written to from end to end. Until then it holds older data of the same client.
    template <class T>
    NdArray<T> make_array_for_overwrite(std::vector<std::uint64_t> shape,
                                        Order order = Order::c) const {
        return make<T>(std::move(shape), order, for_overwrite());
    }

    /// `size` zero bytes, likewise.
    Bytes make_bytes(std::size_t size) const;
    /// As make_array_for_overwrite.
    Bytes make_bytes_for_overwrite(std::size_t size) const;

    /// @{
    /// The client's own array, which it made with make_array, kept beyond this call, and to
    /// write to: the client sees what is written at once, in place. `view` is an argument of
    /// this call. The memory stays valid whatever the client does. Throws InvalidArgument when
    /// the argument is not in shared memory.
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
    /// What the host has for it: an older one has zeros.
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

/// The call that runs on this thread. Throws Error when none does.
Context context();

}  // namespace bridge32
