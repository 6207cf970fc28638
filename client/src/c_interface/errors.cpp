#include "client/c_interface/errors.hpp"

#include <cstdlib>
#include <cstring>
#include <new>

#include "bridge32/crash.hpp"
#include "bridge32/error.hpp"
#include "client/core/error_type.hpp"

namespace bridge32::c_interface {

namespace {

OrderedJson error_object(std::int32_t status, const std::exception& e) {
    return {{"status", status}, {"type", client::error_type(e)}, {"message", e.what()}};
}

OrderedJson error_object(std::int32_t status, const RemoteError& e) {
    OrderedJson object = {{"status", status}, {"type", e.type()}, {"message", e.message()}};
    if (!e.where().empty()) object["where"] = e.where();
    return object;
}

/// The exception being handled.
OrderedJson describe_exception() {
    try {
        throw;
    } catch (const MethodNotFound& e) {
        return error_object(BRIDGE32_STATUS_METHOD_NOT_FOUND, e);
    } catch (const InvalidArgument& e) {
        return error_object(BRIDGE32_STATUS_INVALID_ARGUMENT, e);
    } catch (const RemoteError& e) {
        return error_object(BRIDGE32_STATUS_REMOTE, e);
    } catch (const StartupError& e) {
        auto object = error_object(BRIDGE32_STATUS_STARTUP, e);
        object["output"] = e.output();
        return object;
    } catch (const PluginError& e) {
        return error_object(BRIDGE32_STATUS_PLUGIN, e);
    } catch (const TimeoutError& e) {
        return error_object(BRIDGE32_STATUS_TIMEOUT, e);
    } catch (const HostCrashed& e) {
        auto object = error_object(BRIDGE32_STATUS_HOST_CRASHED, e);
        object["report"] = e.report();
        return object;
    } catch (const ProtocolError& e) {
        return error_object(BRIDGE32_STATUS_PROTOCOL, e);
    } catch (const ConnectionClosed& e) {
        return error_object(BRIDGE32_STATUS_CONNECTION_CLOSED, e);
    } catch (const CodecError& e) {
        return error_object(BRIDGE32_STATUS_INVALID_ARGUMENT, e);
    } catch (const std::bad_alloc& e) {
        auto object = error_object(BRIDGE32_STATUS_NO_MEMORY, e);
        object["message"] = "this process is out of memory";
        return object;
    } catch (const std::exception& e) {
        return error_object(BRIDGE32_STATUS_ERROR, e);
    } catch (...) {
        return error_object(BRIDGE32_STATUS_ERROR, Error("an exception of unknown type"));
    }
}

}  // namespace

std::int32_t report_exception(char** error) noexcept {
    try {
        const auto object = describe_exception();
        if (error != nullptr) {
            const std::string text = json_text(object);
            *error = static_cast<char*>(std::malloc(text.size() + 1));
            if (*error != nullptr) std::memcpy(*error, text.c_str(), text.size() + 1);
        }
        return object["status"].get<std::int32_t>();
    } catch (...) {
        return BRIDGE32_STATUS_NO_MEMORY;
    }
}

std::string json_text(const OrderedJson& json) {
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

void require(const void* pointer, std::string_view what) {
    if (pointer == nullptr) throw InvalidArgument(std::string(what) + " is null");
}

}  // namespace bridge32::c_interface

void bridge32_free(char* text) { std::free(text); }
