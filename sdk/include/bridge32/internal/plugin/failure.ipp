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

/// What the exception that is being handled says.
BRIDGE32_DETAIL_PLUGIN Failure current_failure() {
    try {
        throw;
    } catch (const CallbackError& error) {
        return {error.type(), error.message(), error.where(), error.thrown()};
    } catch (const RemoteError& error) {
        return {error.type(), error.message(), error.where(), 0};
    } catch (const PluginError& error) {
        return {"PluginError", error.what(), {}, 0};
    } catch (const std::exception& error) {
        return {type_text(typeid(error)), error.what(), {}, 0};
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

/// A line in the host's log about the exception that is being handled: "`what` `whose` threw …".
BRIDGE32_DETAIL_PLUGIN void log_failure(const bridge32_host& its_host, std::string_view what,
                                        std::string_view whose) noexcept {
    const auto log = [&](std::string_view text) {
        its_host.log(&its_host, BRIDGE32_LOG_ERROR, text.data(),
                     static_cast<std::uint32_t>(text.size()));
    };
    try {
        std::string text(what);
        text.append(" ").append(whose).append(" threw ").append(text_of(current_failure()));
        log(text);
    } catch (...) {
        log(what);
    }
}

}  // namespace bridge32::detail
