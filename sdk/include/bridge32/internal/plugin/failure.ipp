// What the exceptions of a plugin say in an error: part of the plugin runtime.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <typeinfo>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/support/demangle.hpp"
#include "bridge32/plugin.h"

namespace bridge32::detail {

using protocol::Failure;

BRIDGE32_DETAIL_PLUGIN Failure strange_failure(std::string type, const std::string& what) {
    return {std::move(type), what + ", which is not a std::exception, was thrown", {}, 0};
}

/// What `error` says.
BRIDGE32_DETAIL_PLUGIN Failure failure_of(const std::exception& error) {
    if (const auto* const ours = dynamic_cast<const Error*>(&error)) {
        if (const auto* const remote = dynamic_cast<const RemoteError*>(ours)) {
            const auto* const callback = dynamic_cast<const CallbackError*>(remote);
            return {remote->type(), remote->message(), remote->where(),
                    callback == nullptr ? 0 : callback->thrown()};
        }
        if (dynamic_cast<const PluginError*>(ours) != nullptr) {
            return {"PluginError", error.what(), {}, 0};
        }
    }
    return {type_text(typeid(error)), error.what(), {}, 0};
}

/// What the exception that is being handled says. Throws it once more, which takes as long as a
/// call: where a std::exception can be caught by itself, `failure_of` is enough.
BRIDGE32_DETAIL_PLUGIN Failure current_failure() {
    try {
        throw;
    } catch (const std::exception& error) {
        return failure_of(error);
    } catch (const std::string& text) {
        return strange_failure("std::string", "the string \"" + text + "\"");
    } catch (const char* text) {
        return strange_failure("char const*",
                               "the string \"" + std::string(text ? text : "") + "\"");
    } catch (int number) {
        return strange_failure("int", "the number " + std::to_string(number));
    } catch (...) {
        return strange_failure(current_exception_type(), "an object of that type");
    }
}

/// "type: message"
BRIDGE32_DETAIL_PLUGIN std::string text_of(const Failure& failure) {
    return failure.type + ": " + failure.message;
}

/// A line in the host's log: "`what` `whose` threw …".
BRIDGE32_DETAIL_PLUGIN void log_failure(const bridge32_host& its_host, std::string_view what,
                                        std::string_view whose, const Failure& failure) {
    std::string text(what);
    text.append(" ").append(whose).append(" threw ").append(text_of(failure));
    its_host.log(&its_host, BRIDGE32_LOG_ERROR, text.data(),
                 static_cast<std::uint32_t>(text.size()));
}

/// The same about the exception that is being handled.
BRIDGE32_DETAIL_PLUGIN void log_failure(const bridge32_host& its_host, std::string_view what,
                                        std::string_view whose) noexcept {
    try {
        log_failure(its_host, what, whose, current_failure());
    } catch (...) {
        its_host.log(&its_host, BRIDGE32_LOG_ERROR, what.data(),
                     static_cast<std::uint32_t>(what.size()));
    }
}

}  // namespace bridge32::detail
