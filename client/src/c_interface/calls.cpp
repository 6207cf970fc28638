#include "client/c_interface/calls.hpp"

#include <utility>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/client/call.hpp"
#include "bridge32/internal/client/typed_calls.hpp"
#include "client/c_interface/client.hpp"
#include "client/c_interface/errors.hpp"
#include "client/c_interface/values.hpp"

struct bridge32_pending {
    bridge32_pending(std::shared_ptr<bridge32::client::Core> its_core, std::string its_method,
                     bridge32::detail::Timeout its_timeout)
        : core(std::move(its_core)),
          call(*core),
          method(std::move(its_method)),
          timeout(its_timeout) {}

    std::shared_ptr<bridge32::client::Core> core;  // null once consumed
    bridge32::detail::CallLease call;
    std::string method;
    bridge32::detail::Timeout timeout;
};

namespace bridge32::c_interface {

namespace {

using client::Core;
using detail::Call;
using detail::CallLease;

/// A limit in milliseconds as a caller passes it.
detail::Timeout read_timeout(std::int64_t milliseconds, const client::Core& core) {
    if (milliseconds < 0) return core.call_timeout();
    if (milliseconds == BRIDGE32_NO_TIMEOUT) return std::nullopt;
    return std::chrono::milliseconds(milliseconds);
}

/// The arguments of a call.
struct GivenCall {
    const char* method;
    const char* args;
    const char* kwargs;
    const bridge32_buffer* buffers;
    std::uint32_t buffer_count;
};

/// The text in `json`, which must be of that kind; empty if there is none.
std::string_view checked(const Encoder& request, std::string_view name, const char* json, Kind kind,
                         KnownFunctions functions) {
    std::string_view text;
    if (json == nullptr) return text;
    if (Reader(json).peek() != kind) {
        throw CodecError(std::string(name) + " must be the text of a JSON " +
                         (kind == Kind::array ? "array" : "object"));
    }
    detail::at_member(name, [&] { text = check_value(json, request.attachments(), functions); });
    return text;
}

void write_request(Core& core, Call& call, const GivenCall& given) {
    require(given.method, "the method's name");
    detail::write_or_explain(core, given.method, [&] {
        Encoder& request = call.request;
        request.clear();
        for (const auto& buffer : read_buffers(given.buffers, given.buffer_count))
            request.attach(buffer.data, buffer.size);
        auto* const functions = &core.inbound()->functions();
        const auto args = checked(request, "args", given.args, Kind::array, functions);
        const auto kwargs = checked(request, "kwargs", given.kwargs, Kind::object, functions);
        protocol::write_call_text(request, given.method, args, kwargs);
    });
}

/// The result in the call's reply. Its buffers are kept in place if possible, else copied.
std::unique_ptr<bridge32_reply> take_reply(Core& core, std::string_view method, Call& call) {
    auto reply = std::make_unique<bridge32_reply>();
    try {
        reply->json = protocol::ReplyView(call.reply_json).result_text();
    } catch (const CodecError& e) {
        core.end_broken("the host sent a malformed reply: " + std::string(e.what()));
    }
    try {
        check_value(reply->json, call.reply_attachments, nullptr);
    } catch (const CodecError& e) {
        throw InvalidArgument(std::string("the result is not a valid value: ") + e.what(),
                              detail::joined(core.plugin(), method));
    }
    reply->buffers.reserve(call.reply_attachments.size());
    for (std::uint32_t at = 0; at < call.reply_attachments.size(); ++at) {
        const auto& attachment = call.reply_attachments[at];
        if (auto owner = call.keep(at)) {
            reply->buffers.push_back({attachment.data, attachment.size, std::move(owner)});
        } else {
            reply->add({static_cast<const char*>(attachment.data),
                        static_cast<std::size_t>(attachment.size)});
        }
    }
    return reply;
}

template <class Write>
void call(bridge32_client* client, std::string_view method, std::int64_t timeout_ms,
          bridge32_reply** reply, const Write& write) {
    if (reply != nullptr) *reply = nullptr;
    const ClientUse use(client);
    Core& core = use.core();
    CallLease lease(core);
    write(core, *lease);
    core.call(*lease, method, read_timeout(timeout_ms, core));
    if (reply != nullptr) *reply = take_reply(core, method, *lease).release();
}

Core& unused_core(const bridge32_pending* pending) {
    require(pending, "the pending call");
    if (pending->core == nullptr) {
        throw Error("this pending call was already consumed by bridge32_pending_get or _cancel");
    }
    return *pending->core;
}

}  // namespace

}  // namespace bridge32::c_interface

using namespace bridge32::c_interface;
using bridge32::deadline_after;
using bridge32::detail::Call;
using bridge32::detail::CallLease;

void bridge32_reply::add(std::string_view bytes) {
    auto copy = std::make_shared<const std::string>(bytes);
    buffers.push_back({copy->data(), copy->size(), copy});
}

int32_t bridge32_client_call(bridge32_client* client, const char* method, const char* args,
                             const char* kwargs, const bridge32_buffer* buffers,
                             uint32_t buffer_count, int64_t timeout_ms, bridge32_reply** reply,
                             char** error) {
    return guarded(error, [&] {
        call(client, method == nullptr ? "" : method, timeout_ms, reply,
             [&](bridge32::client::Core& core, Call& call) {
                 write_request(core, call, {method, args, kwargs, buffers, buffer_count});
             });
    });
}

int32_t bridge32_client_get(bridge32_client* client, const char* property, int64_t timeout_ms,
                            bridge32_reply** reply, char** error) {
    return guarded(error, [&] {
        require(property, "the property's name");
        call(client, property, timeout_ms, reply, [&](bridge32::client::Core& core, Call& call) {
            call.request.clear();
            bridge32::detail::write_or_explain(
                core, property, [&] { bridge32::protocol::write_get(call.request, property); });
        });
    });
}

int32_t bridge32_client_describe(bridge32_client* client, int64_t timeout_ms,
                                 bridge32_reply** reply, char** error) {
    return guarded(error, [&] {
        call(client, "(describe)", timeout_ms, reply, [](bridge32::client::Core&, Call& call) {
            call.request.clear();
            bridge32::protocol::write_describe(call.request);
        });
    });
}

int32_t bridge32_client_notify(bridge32_client* client, const char* method, const char* args,
                               const char* kwargs, const bridge32_buffer* buffers,
                               uint32_t buffer_count, char** error) {
    return guarded(error, [&] {
        const ClientUse use(client);
        CallLease call(use.core());
        write_request(use.core(), *call, {method, args, kwargs, buffers, buffer_count});
        use.core().notify(*call);
    });
}

int32_t bridge32_client_start(bridge32_client* client, const char* method, const char* args,
                              const char* kwargs, const bridge32_buffer* buffers,
                              uint32_t buffer_count, int64_t timeout_ms, bridge32_pending** pending,
                              char** error) {
    return guarded(error, [&] {
        require(pending, "where to put the pending call");
        *pending = nullptr;
        const ClientUse use(client);
        auto made = std::make_unique<bridge32_pending>(use->core, method == nullptr ? "" : method,
                                                       read_timeout(timeout_ms, use.core()));
        write_request(use.core(), *made->call, {method, args, kwargs, buffers, buffer_count});
        use.core().start(*made->call, made->method, bridge32::detail::kNoDeadline);
        *pending = made.release();
    });
}

int32_t bridge32_pending_wait(bridge32_pending* pending, int64_t wait_ms, int32_t* ready,
                              char** error) {
    return guarded(error, [&] {
        require(ready, "where to put whether it is ready");
        *ready = 0;
        auto& core = unused_core(pending);
        const auto deadline = bridge32::deadline_after(std::chrono::milliseconds(wait_ms));
        try {
            *ready = core.wait(*pending->call, pending->method, deadline) ? 1 : 0;
        } catch (const std::exception&) {
            *ready = 1;  // bridge32_pending_get throws it again
        }
    });
}

int32_t bridge32_pending_get(bridge32_pending* pending, bridge32_reply** reply, char** error) {
    return guarded(error, [&] {
        if (reply != nullptr) *reply = nullptr;
        unused_core(pending);
        const auto core = std::exchange(pending->core, nullptr);
        core->finish(*pending->call, pending->method, pending->timeout);
        if (reply != nullptr) *reply = take_reply(*core, pending->method, *pending->call).release();
    });
}

void bridge32_pending_cancel(bridge32_pending* pending) {
    if (pending == nullptr || pending->core == nullptr) return;
    pending->core->abandon(*pending->call, /*tell_host=*/true);
    pending->core.reset();
}

void bridge32_pending_free(bridge32_pending* pending) {
    if (pending == nullptr) return;
    if (pending->core != nullptr) {
        pending->core->abandon(*pending->call, /*tell_host=*/false);
    }
    delete pending;
}

const char* bridge32_reply_json(const bridge32_reply* reply) {
    return reply == nullptr ? nullptr : reply->json.c_str();
}

uint32_t bridge32_reply_buffer_count(const bridge32_reply* reply) {
    return reply == nullptr ? 0 : static_cast<uint32_t>(reply->buffers.size());
}

const void* bridge32_reply_buffer(const bridge32_reply* reply, uint32_t at, uint64_t* size) {
    if (size != nullptr) *size = 0;
    if (reply == nullptr || at >= reply->buffers.size()) return nullptr;
    if (size != nullptr) *size = reply->buffers[at].size;
    return reply->buffers[at].data;
}

void bridge32_reply_free(bridge32_reply* reply) { delete reply; }
