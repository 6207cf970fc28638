// The functions of callback.hpp.
#pragma once

#include <string>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/call_scope.ipp"
#include "bridge32/internal/plugin/callback.hpp"
#include "bridge32/internal/plugin/context.ipp"

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN RemoteFunction::RemoteFunction(CallScope& scope, FunctionToken token)
    : client_(scope.its_host(), scope.call()), life_(scope.life()), token_(token) {}

BRIDGE32_DETAIL_PLUGIN void RemoteFunction::run(Encoder& request, ReplyReceiver* receive,
                                                void* user) const {
    const CallLife::Use use(*life_);
    if (use.call() == nullptr && !token_.long_lived) {
        throw Error(
            "a callback was used after the call it was passed to had ended: the client must pass "
            "Client::long_lived(function)");
    }
    struct Answer {
        ReplyReceiver* receive;
        void* user;
    } answer{receive, user};
    const auto& its_host = client_.its_host();
    bridge32_call* const call = use.call() != nullptr ? use.call() : running_call();
    const auto code = clients_of(its_host).invoke(
        &its_host, client_.get(), call, request.text().data(), size_of(request.text()),
        request.attachments().data(), static_cast<std::uint32_t>(request.attachments().size()),
        [](void* to, const char* json, std::uint32_t json_size,
           const bridge32_attachment* attachments, std::uint32_t attachment_count) noexcept {
            const auto& its = *static_cast<Answer*>(to);
            its.receive(its.user, {json, json_size}, {attachments, attachment_count});
        },
        &answer);
    throw_unless_ok(code, "the callback cannot be run");
}

/// The call that runs on this thread, when it is of the same client: a long-lived function
/// then belongs to it, and runs where that client waits.
BRIDGE32_DETAIL_PLUGIN bridge32_call* RemoteFunction::running_call() const {
    const CallScope* const scope = CallScope::current();
    const auto& its_host = client_.its_host();
    if (scope == nullptr || &scope->its_host() != &its_host) {
        return nullptr;
    }
    const auto& clients = clients_of(its_host);
    bridge32_peer* const caller = clients.client_of(&its_host, scope->call());
    if (caller == nullptr) {
        return nullptr;
    }
    const bool same = clients.id(&its_host, caller) == clients.id(&its_host, client_.get());
    clients.release(&its_host, caller);
    return same ? scope->call() : nullptr;
}

BRIDGE32_DETAIL_PLUGIN bool RemoteFunction::failed() const noexcept {
    return !token_.long_lived && life_->failed();
}

BRIDGE32_DETAIL_PLUGIN void RemoteFunction::keep_failure() const noexcept {
    if (!token_.long_lived) {
        try {
            throw;
        } catch (const CodecError& error) {
            return life_->fail(std::make_exception_ptr(InvalidArgument(
                "an argument of a callback cannot be sent: " + std::string(error.what()) +
                ". Strings must be UTF-8: convert them, or declare bridge32::Bytes")));
        } catch (...) {
            return life_->fail(std::current_exception());
        }
    }
    const auto log = [&](std::string_view text) {
        client_.its_host().log(&client_.its_host(), BRIDGE32_LOG_ERROR, text.data(), size_of(text));
    };
    try {
        throw;
    } catch (const std::exception& error) {
        log("a long-lived callback failed: " + std::string(error.what()));
    } catch (...) {
        log("a long-lived callback failed");
    }
}

BRIDGE32_DETAIL_PLUGIN void require_callback_result(const protocol::ReplyView& reply,
                                                    std::string_view json) {
    if (!reply.has_result()) {
        const auto [type, message, where, thrown] = protocol::read_error(json);
        throw CallbackError(type, message, where, thrown);
    }
}

BRIDGE32_DETAIL_PLUGIN void throw_empty_callback() {
    throw Error("an empty callback was called: the client passed null");
}

BRIDGE32_DETAIL_PLUGIN void throw_bad_callback_result(const CodecError& error) {
    throw InvalidArgument("the result of a callback does not fit: " + std::string(error.what()));
}

}  // namespace bridge32::detail
