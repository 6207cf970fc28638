// Exceptions as statuses and JSON text.
#include <cstdlib>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>

#include "bridge32/crash.hpp"
#include "bridge32/error.hpp"
#include "c_interface.hpp"

namespace bridge32::c_interface {

namespace {

using OrderedJson = nlohmann::ordered_json;

OrderedJson error_object(std::int32_t status, std::string_view type, std::string_view message) {
    return {{"status", status}, {"type", type}, {"message", message}};
}

OrderedJson remote(std::int32_t status, const RemoteError& e) {
    auto object = error_object(status, e.type(), e.message());
    if (!e.where().empty()) object["where"] = e.where();
    return object;
}

/// The exception that is being handled.
OrderedJson describe_exception() {
    try {
        throw;
    } catch (const MethodNotFound& e) {
        return remote(BRIDGE32_STATUS_METHOD_NOT_FOUND, e);
    } catch (const InvalidArgument& e) {
        return remote(BRIDGE32_STATUS_INVALID_ARGUMENT, e);
    } catch (const RemoteError& e) {
        return remote(BRIDGE32_STATUS_REMOTE, e);
    } catch (const StartupError& e) {
        auto object = error_object(BRIDGE32_STATUS_STARTUP, "StartupError", e.what());
        object["output"] = e.output();
        return object;
    } catch (const PluginError& e) {
        return error_object(BRIDGE32_STATUS_PLUGIN, "PluginError", e.what());
    } catch (const TimeoutError& e) {
        return error_object(BRIDGE32_STATUS_TIMEOUT, "TimeoutError", e.what());
    } catch (const HostCrashed& e) {
        auto object = error_object(BRIDGE32_STATUS_HOST_CRASHED, "HostCrashed", e.what());
        object["report"] = e.report();
        return object;
    } catch (const ProtocolError& e) {
        return error_object(BRIDGE32_STATUS_PROTOCOL, "ProtocolError", e.what());
    } catch (const ConnectionClosed& e) {
        return error_object(BRIDGE32_STATUS_CONNECTION_CLOSED, "ConnectionClosed", e.what());
    } catch (const CodecError& e) {
        return error_object(BRIDGE32_STATUS_INVALID_ARGUMENT, "InvalidArgument", e.what());
    } catch (const std::bad_alloc&) {
        return error_object(BRIDGE32_STATUS_NO_MEMORY, "std::bad_alloc",
                            "this process has no memory left");
    } catch (const std::exception& e) {
        return error_object(BRIDGE32_STATUS_ERROR, "Error", e.what());
    } catch (...) {
        return error_object(BRIDGE32_STATUS_ERROR, "Error", "an exception of no known type");
    }
}

}  // namespace

std::int32_t report_exception(char** error) noexcept {
    try {
        const auto object = describe_exception();
        if (error != nullptr) {
            const std::string text =
                object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
            *error = static_cast<char*>(std::malloc(text.size() + 1));
            if (*error != nullptr) std::memcpy(*error, text.c_str(), text.size() + 1);
        }
        return object["status"].get<std::int32_t>();
    } catch (...) {
        return BRIDGE32_STATUS_NO_MEMORY;
    }
}

void require(const void* pointer, std::string_view what) {
    if (pointer == nullptr) throw InvalidArgument(std::string(what) + " is null");
}

}  // namespace bridge32::c_interface

void bridge32_free(char* text) { std::free(text); }
