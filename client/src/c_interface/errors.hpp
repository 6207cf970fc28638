// Exceptions as statuses and JSON text.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "bridge32/bridge32.h"
#include "bridge32/internal/support/cancellation.hpp"

namespace bridge32::c_interface {

/// Turns the exception being handled into a status, and into JSON text at `error`, which may be
/// null.
std::int32_t report_exception(char** error) noexcept;

/// Runs `body`; an exception becomes the status. Only the end of this thread passes: a function of
/// the caller's may call pthread_exit.
template <class Body>
std::int32_t guarded(char** error, const Body& body) {
    if (error != nullptr) *error = nullptr;
    try {
        body();
        return BRIDGE32_STATUS_OK;
    }
    BRIDGE32_DETAIL_PASS_CANCELLATION
    catch (...) {
        return report_exception(error);
    }
}

/// Throws InvalidArgument if `pointer` is null. `what`: "the client".
void require(const void* pointer, std::string_view what);

using OrderedJson = nlohmann::ordered_json;

/// Invalid UTF-8 is replaced.
std::string json_text(const OrderedJson& json);

}  // namespace bridge32::c_interface
