#include "client/c_interface/client.hpp"

#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/plugin.h"
#include "bridge32/version.hpp"
#include "client/c_interface/calls.hpp"
#include "client/c_interface/errors.hpp"
#include "client/c_interface/options.hpp"
#include "client/core/open.hpp"
#include "os/no_cancellation.hpp"
#include "wire/layout.hpp"

namespace bridge32::c_interface {

namespace {

template <class Open>
void make_client(bridge32_client** client, ClientOptions options, const Open& open) {
    auto made = std::make_unique<OpenClient>();
    made->gate = std::make_shared<Gate>();
    if (options.on_output) {
        options.on_output = [gate = made->gate, inner = std::move(options.on_output)](
                                Stream stream, std::string_view text) {
            gate->pass([&] { inner(stream, text); });
        };
    }
    made->core = open(options);
    *client = add_client(std::move(made));
}

}  // namespace

bool Gate::enter() {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    ++inside_;
    return true;
}

void Gate::leave() noexcept {
    // With the mutex held: the waiting thread may free the gate at once.
    const std::lock_guard lock(mutex_);
    --inside_;
    left_.notify_all();
}

void Gate::close() noexcept {
    const os::NoCancellation whole;
    std::uint64_t own = 0;  // a function may close the client that it is called for
    detail::ThreadScope<const Inside>::find([&](const Inside& inside) {
        own += &inside.gate == this ? 1U : 0U;
        return false;
    });
    std::unique_lock lock(mutex_);
    closed_ = true;
    left_.wait(lock, [&] { return inside_ <= own; });
}

}  // namespace bridge32::c_interface

using bridge32::ClientOptions;
using bridge32::c_interface::ClientUse;
using bridge32::c_interface::guarded;
using bridge32::c_interface::require;

const char* bridge32_version(void) { return BRIDGE32_VERSION; }
uint32_t bridge32_plugin_abi_version(void) { return BRIDGE32_ABI_VERSION; }
uint32_t bridge32_wire_version(void) { return bridge32::wire::kWireVersion; }

int32_t bridge32_client_open(const char* plugin, const char* options,
                             bridge32_output_function on_output, void* output_context,
                             bridge32_client** client, char** error) {
    return guarded(error, [&] {
        require(client, "where to put the client");
        *client = nullptr;
        require(plugin, "the plugin's name");
        auto read = bridge32::c_interface::read_options(options);
        if (on_output != nullptr) {
            read.on_output = [on_output, output_context](bridge32::Stream stream,
                                                         std::string_view text) {
                // For callers that expect a terminating zero.
                const std::string copy(text);
                on_output(output_context, stream == bridge32::Stream::err ? 1 : 0, copy.c_str(),
                          copy.size());
            };
        }
        bridge32::c_interface::make_client(client, std::move(read), [&](const ClientOptions& o) {
            return bridge32::client::open(plugin, o, "{}");
        });
    });
}

int32_t bridge32_client_connect(const char* host, const char* plugin, const char* options,
                                bridge32_client** client, char** error) {
    return guarded(error, [&] {
        require(client, "where to put the client");
        *client = nullptr;
        require(host, "the host's name");
        require(plugin, "the plugin's name");
        bridge32::c_interface::make_client(
            client, bridge32::c_interface::read_options(options), [&](const ClientOptions& o) {
                return bridge32::client::connect(host, plugin, o, "{}");
            });
    });
}

void bridge32_client_close(bridge32_client* client) {
    bridge32::c_interface::guarded(nullptr, [&] {
        if (client == nullptr) return;
        ClientUse use(client);
        if (!use.close()) return;
        if (!use.core().in_own_process()) return use.keep();
        try {
            use.core().shutdown();
        } catch (const std::exception&) {
            // The backend's destructor kills the host.
        }
        use->gate->close();
        std::set<std::uint64_t> functions;
        {
            const std::lock_guard lock(use->mutex);
            use->closed = true;
            functions.swap(use->functions);
        }
        for (const auto id : functions)
            use.core().remove_long_lived(id);
    });
}

int32_t bridge32_client_poll(bridge32_client* client, int64_t wait_ms, uint64_t* count,
                             char** error) {
    return guarded(error, [&] {
        if (count != nullptr) *count = 0;
        const auto ran = ClientUse(client).core().poll(std::chrono::milliseconds(wait_ms));
        if (count != nullptr) *count = ran;
    });
}

int32_t bridge32_client_terminate(bridge32_client* client, char** error) {
    return guarded(error, [&] { ClientUse(client).core().terminate(); });
}

int32_t bridge32_client_restart(bridge32_client* client, char** error) {
    return guarded(error, [&] { ClientUse(client).core().restart(); });
}

int32_t bridge32_client_shutdown(bridge32_client* client, bridge32_reply** reply, char** error) {
    return guarded(error, [&] {
        if (reply != nullptr) *reply = nullptr;
        const auto printed = ClientUse(client).core().shutdown();
        if (reply == nullptr) return;
        auto made = std::make_unique<bridge32_reply>();
        made->json = bridge32::c_interface::json_text({{"out", printed.out}, {"err", printed.err}});
        made->add(printed.out);
        made->add(printed.err);
        *reply = made.release();
    });
}

int32_t bridge32_client_host_info(bridge32_client* client, bridge32_reply** reply, char** error) {
    return guarded(error, [&] {
        require(reply, "where to put the reply");
        *reply = nullptr;
        const auto info = ClientUse(client).core().info();
        auto made = std::make_unique<bridge32_reply>();
        made->json = bridge32::c_interface::json_text({{"version", info.version},
                                                       {"pid", info.pid},
                                                       {"bits", info.bits},
                                                       {"plugin", info.plugin},
                                                       {"plugin_path", info.plugin_path}});
        *reply = made.release();
    });
}
