// What the files of the C interface share: the objects behind its opaque types, errors as
// statuses, and the checks of what comes in.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/bridge32.h"
#include "bridge32/codec.hpp"
#include "bridge32/internal/client/exchange.hpp"
#include "bridge32/options.hpp"
#include "client/core/core.hpp"

namespace bridge32::c_interface {

/// Turns the exception that is being handled into a status, and into its JSON text at `error`,
/// which may be null.
std::int32_t report_exception(char** error) noexcept;

/// Runs `body`; what it throws becomes the status.
template <class Body>
std::int32_t guarded(char** error, const Body& body) noexcept {
    if (error != nullptr) *error = nullptr;
    try {
        body();
        return BRIDGE32_STATUS_OK;
    } catch (...) {
        return report_exception(error);
    }
}

using OrderedJson = nlohmann::ordered_json;

/// What is no valid UTF-8 is replaced.
std::string json_text(const OrderedJson& json);

/// Throws InvalidArgument when `pointer` is null: `what` is "the client".
void require(const void* pointer, std::string_view what);

/// The options in a JSON text; the defaults when it is null. Throws InvalidArgument.
ClientOptions read_options(const char* json);

/// A limit in milliseconds as a caller gives it.
detail::Timeout read_timeout(std::int64_t milliseconds, const client::Core& core);

/// Null pointers make an empty list. Throws InvalidArgument.
std::vector<bridge32_attachment> read_buffers(const bridge32_buffer* buffers, std::uint32_t count);

/// Which functions of the client's a value may refer to; null: none.
using KnownFunctions = client::FunctionRegistry*;

/// Checks one value, and returns its text without what surrounds it. Throws CodecError.
std::string_view check_value(std::string_view json, std::span<const bridge32_attachment> buffers,
                             KnownFunctions functions);

/// Keeps functions that were passed in from running after the client was closed.
class Gate {
public:
    /// Runs `body`, unless the gate is closed.
    template <class Body>
    void pass(const Body& body) {
        if (!enter()) return;
        const Leave leave{this};
        body();
    }
    /// Waits for what is running.
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

struct bridge32_reply {
    struct Buffer {
        const void* data;
        std::uint64_t size;
        std::shared_ptr<const void> owner;
    };
    std::string json;
    std::vector<Buffer> buffers;

    /// Copies `bytes`.
    void add(std::string_view bytes);
};

struct bridge32_pending {
    bridge32_pending(std::shared_ptr<bridge32::client::Core> its_core, std::string its_method,
                     bridge32::detail::Timeout its_timeout)
        : core(std::move(its_core)),
          exchange(*core),
          method(std::move(its_method)),
          timeout(its_timeout) {}

    std::shared_ptr<bridge32::client::Core> core;  // null once it was used
    bridge32::detail::ExchangeLease exchange;
    std::string method;
    bridge32::detail::Timeout timeout;
};

struct bridge32_answer {
    std::string json = "null";
    std::vector<std::string> buffers;
    bool failed = false;
    std::string type;
    std::string message;
};
