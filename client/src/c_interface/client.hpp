// The client behind a bridge32_client.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

#include "bridge32/bridge32.h"
#include "bridge32/internal/support/thread_scope.hpp"
#include "client/core/core.hpp"

namespace bridge32::c_interface {

/// Keeps the caller's functions from running after the client was closed.
class Gate {
public:
    /// Runs `body` unless the gate is closed.
    template <class Body>
    void pass(const Body& body) {
        if (!enter()) return;
        const Inside inside{*this};
        body();
    }
    /// Waits for the functions that run on other threads: for as long as these take.
    void close() noexcept;

private:
    struct Inside {
        Gate& gate;
        detail::ThreadScope<const Inside> scope{*this};
        ~Inside() { gate.leave(); }
    };
    bool enter();
    void leave() noexcept;

    std::mutex mutex_;
    std::condition_variable left_;
    std::uint64_t inside_ = 0;
    bool closed_ = false;
};

/// What a bridge32_client stands for, from its opening until it is closed and the last call that
/// uses it has returned.
struct OpenClient {
    std::shared_ptr<Gate> gate;
    std::shared_ptr<client::Core> core;
    std::mutex mutex;  // guards all below
    std::set<std::uint64_t> functions;
    bool closed = false;  // no function may be added any more
};

/// A bridge32_client is no address but a number that is never used again, so that a call which
/// comes too late is told so. Any thread.
bridge32_client* add_client(std::unique_ptr<OpenClient> client);

/// The use of a client by a function of the interface.
class ClientUse {
public:
    /// Throws InvalidArgument if it is null, ConnectionClosed if it was closed.
    explicit ClientUse(bridge32_client* handle);
    ClientUse(const ClientUse&) = delete;
    ClientUse& operator=(const ClientUse&) = delete;
    /// The last one of a closed client ends it.
    ~ClientUse();

    OpenClient* operator->() const noexcept { return client_; }
    client::Core& core() const noexcept { return *client_->core; }

    /// From now on there are no new uses. False if another thread has closed it.
    bool close() noexcept;
    /// This use never ends: in a child made by fork nothing of the client's can be ended.
    void keep() noexcept { client_ = nullptr; }

private:
    std::uint64_t handle_;
    OpenClient* client_ = nullptr;
};

}  // namespace bridge32::c_interface
