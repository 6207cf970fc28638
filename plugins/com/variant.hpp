// Converts between VARIANT and JSON; README.md has the table.
#pragma once

#include <bridge32/values.hpp>
#include <functional>
#include <utility>

#include "windows.hpp"

namespace com {

/// A VARIANT that owns its content.
class Variant {
public:
    Variant() noexcept { ::VariantInit(&value_); }
    Variant(Variant&& other) noexcept : value_(other.value_) { ::VariantInit(&other.value_); }
    Variant& operator=(Variant&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Variant() { ::VariantClear(&value_); }

    VARIANT* get() noexcept { return &value_; }
    VARIANT* operator->() noexcept { return &value_; }
    const VARIANT* operator->() const noexcept { return &value_; }

private:
    VARIANT value_;
};

/// Makes the client's value for an object in a VARIANT. Adds a reference.
using MakeHandle = std::function<bridge32::Json(IDispatch*)>;

/// Throws bridge32::InvalidArgument if `json` cannot be converted.
Variant variant_of(const bridge32::Json& json);

/// Throws bridge32::RemoteError if the VARIANT cannot be converted.
bridge32::Json json_of(const VARIANT& variant, const MakeHandle& make_handle);

/// A SAFEARRAY of VARIANTs, or of `type`, with as many dimensions as `json` is nested.
Variant array_of(const bridge32::Json& json, VARTYPE type);

/// An element of `type` from JSON. Throws as variant_of.
Variant typed(const bridge32::Json& json, VARTYPE type);

bridge32::Json json_of_array(SAFEARRAY* array, VARTYPE type, const MakeHandle& make_handle);

}  // namespace com
