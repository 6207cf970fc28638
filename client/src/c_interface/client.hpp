// The client behind bridge32_client.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

#include "bridge32/bridge32.h"
#include "client/core/core.hpp"

namespace bridge32::c_interface {

/// Keeps the caller's functions from running after the client was closed.
class Gate {
public:
    /// Runs `body` unless the gate is closed.
    template <class Body>
    void pass(const Body& body) {
        if (!enter()) return;
        const Leave leave{this};
        body();
    }
    /// Waits for running functions.
    void close() noexcept;

private:
    struct Leave {
        Gate* gate;
        ~Leave() { gate->leave(); }
    };
    bool enter();
    void leave() noexcept;

    std::mutex mutex_;
    std::condition_variable left_;
    std::uint64_t inside_ = 0;
    bool closed_ = false;
};

}  // namespace bridge32::c_interface

struct bridge32_client {
    std::shared_ptr<bridge32::c_interface::Gate> gate;
    std::shared_ptr<bridge32::client::Core> core;
    std::mutex mutex;  // guards `functions`
    std::set<std::uint64_t> functions;
};
