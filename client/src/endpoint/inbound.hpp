// What a host sends on its own: callbacks and events. Who runs them, and what they run.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/internal/client/call.hpp"
#include "bridge32/internal/protocol/callback.hpp"
#include "bridge32/internal/protocol/event.hpp"
#include "bridge32/options.hpp"
#include "client/endpoint/dispatcher.hpp"
#include "client/endpoint/function_registry.hpp"

namespace bridge32::client {

/// One for each client, shared with its backends. Any thread.
class Inbound {
public:
    explicit Inbound(Dispatch dispatch) : dispatcher_(dispatch) {}

    FunctionRegistry& functions() noexcept { return functions_; }
    Dispatcher& dispatcher() noexcept { return dispatcher_; }

    /// `handler` runs for the events called `name`, or, with an empty name, for all. It gets the
    /// event's arguments, and before these, for all, its name.
    void on_event(std::string name, std::shared_ptr<LocalFunction> handler);

    /// Runs the callback, and makes `reply` the answer. Throws nothing that the function threw, but
    /// Error if calls, callbacks and events nest too deep on this thread, as for `run_event`.
    void run_callback(const protocol::CallbackView& callback,
                      std::span<const bridge32_attachment> attachments, Encoder& reply);

    /// Runs the handlers of the event. Throws what they throw.
    void run_event(const protocol::EventView& event,
                   std::span<const bridge32_attachment> attachments);
    bool has_event_handlers() const noexcept;

private:
    struct Handler {
        std::string name;
        std::shared_ptr<LocalFunction> function;
    };

    FunctionRegistry functions_;
    mutable std::mutex mutex_;
    std::shared_ptr<const std::vector<Handler>> handlers_ =
        std::make_shared<std::vector<Handler>>();
    Dispatcher dispatcher_;  // its thread ends first
};

}  // namespace bridge32::client
