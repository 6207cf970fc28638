#include "variant.hpp"

#include <bridge32/error.hpp>
#include <bridge32/handle.hpp>
#include <bridge32/text.hpp>
#include <cstdint>
#include <limits>
#include <string>

#include "date.hpp"
#include "failure.hpp"
#include "object.hpp"

namespace com {
namespace {

using bridge32::InvalidArgument;
using bridge32::Json;

struct TypeName {
    const char* name;
    VARTYPE type;
};

// The keys of an object that chooses the VARIANT type.
constexpr TypeName kTypes[] = {
    {"i1", VT_I1},      {"i2", VT_I2},       {"i4", VT_I4},           {"i8", VT_I8},
    {"ui1", VT_UI1},    {"ui2", VT_UI2},     {"ui4", VT_UI4},         {"ui8", VT_UI8},
    {"r4", VT_R4},      {"r8", VT_R8},       {"bool", VT_BOOL},       {"bstr", VT_BSTR},
    {"date", VT_DATE},  {"currency", VT_CY}, {"decimal", VT_DECIMAL}, {"variant", VT_VARIANT},
    {"error", VT_ERROR}};

std::string excerpt(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 100);
}

Variant text(const std::string& utf8) {
    const bridge32::Wide wide(utf8);
    Variant variant;
    variant->bstrVal = ::SysAllocStringLen(wide.w_str(), static_cast<UINT>(wide.size()));
    if (variant->bstrVal == nullptr) {
        throw std::bad_alloc();
    }
    variant->vt = VT_BSTR;
    return variant;
}

Variant integer(const Json& json) {
    Variant variant;
    if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX) {
        variant->vt = VT_UI8;
        variant->ullVal = json.get<std::uint64_t>();
        return variant;
    }
    const auto value = json.get<std::int64_t>();
    const bool small_enough = value >= INT32_MIN && value <= INT32_MAX;
    variant->vt = small_enough ? VT_I4 : VT_I8;
    if (small_enough) {
        variant->lVal = static_cast<LONG>(value);
    } else {
        variant->llVal = value;
    }
    return variant;
}

Variant bytes(const Json::binary_t& content) {
    Variant variant;
    variant->parray = ::SafeArrayCreateVector(VT_UI1, 0, static_cast<ULONG>(content.size()));
    if (variant->parray == nullptr) {
        throw std::bad_alloc();
    }
    variant->vt = VT_ARRAY | VT_UI1;
    std::copy(content.begin(), content.end(), static_cast<std::uint8_t*>(variant->parray->pvData));
    return variant;
}

Variant object(const Json& json) {
    Variant variant;
    if (json.contains("$handle")) {
        const auto handle = json.get<bridge32::Handle<Object>>();
        variant->vt = VT_DISPATCH;
        variant->pdispVal = handle->get();
        variant->pdispVal->AddRef();
        return variant;
    }
    if (json.size() == 1) {
        const std::string& key = json.begin().key();
        const Json& value = json.begin().value();
        if (key == "empty") {
            return variant;
        }
        if (key == "missing") {
            variant->vt = VT_ERROR;
            variant->scode = DISP_E_PARAMNOTFOUND;
            return variant;
        }
        for (const TypeName& one : kTypes) {
            if (key == one.name) {
                return value.is_array() ? array_of(value, one.type) : typed(value, one.type);
            }
        }
    }
    throw InvalidArgument("a JSON object cannot be passed to COM: " + excerpt(json) +
                          ". To choose a type, use a single key, as in {\"i2\":1}");
}

bool fits(const Json& json, VARTYPE type) {
    switch (type) {
        case VT_BOOL:
            return json.is_boolean();
        case VT_BSTR:
        case VT_DATE:
            return json.is_string();
        case VT_R4:
        case VT_R8:
            return json.is_number();
        case VT_CY:
        case VT_DECIMAL:
            return json.is_number() || json.is_string();
        default:
            return json.is_number_integer();
    }
}

/// Through a string, which is exact.
std::string decimal_text(const VARIANT& variant) {
    Variant text;
    check(::VariantChangeTypeEx(text.get(), const_cast<VARIANT*>(&variant), LOCALE_INVARIANT, 0,
                                VT_BSTR),
          "the decimal number");
    return bridge32::Wide(text->bstrVal, ::SysStringLen(text->bstrVal)).utf8();
}

Json json_of_object(IUnknown* object, const MakeHandle& make_handle) {
    if (object == nullptr) {
        return nullptr;
    }
    void* dispatch = nullptr;
    check(object->QueryInterface(IID_IDispatch, &dispatch),
          "the result is an object that cannot be called by name");
    const Object held(static_cast<IDispatch*>(dispatch));
    return make_handle(held.get());
}

}  // namespace

Variant typed(const Json& json, VARTYPE type) {
    if (type == VT_VARIANT) {
        return variant_of(json);
    }
    if (!fits(json, type)) {
        throw InvalidArgument("expected a value of another type, found " + excerpt(json));
    }
    Variant variant;
    if (type == VT_DATE) {
        variant->date = date_of(json.get<std::string>());
        variant->vt = VT_DATE;
        return variant;
    }
    if (type == VT_ERROR) {
        variant->scode = json.get<std::int32_t>();
        variant->vt = VT_ERROR;
        return variant;
    }
    Variant plain = variant_of(json);
    if (FAILED(::VariantChangeTypeEx(variant.get(), plain.get(), LOCALE_INVARIANT, 0, type))) {
        throw InvalidArgument(excerpt(json) + " does not fit the COM type");
    }
    return variant;
}

Variant variant_of(const Json& json) {
    Variant variant;
    switch (json.type()) {
        case Json::value_t::null:
            variant->vt = VT_NULL;
            return variant;
        case Json::value_t::boolean:
            variant->vt = VT_BOOL;
            variant->boolVal = json.get<bool>() ? VARIANT_TRUE : VARIANT_FALSE;
            return variant;
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
            return integer(json);
        case Json::value_t::number_float:
            variant->vt = VT_R8;
            variant->dblVal = json.get<double>();
            return variant;
        case Json::value_t::string:
            return text(json.get_ref<const std::string&>());
        case Json::value_t::binary:
            return bytes(json.get_binary());
        case Json::value_t::array:
            return array_of(json, VT_VARIANT);
        default:
            return object(json);
    }
}

Json json_of(const VARIANT& given, const MakeHandle& make_handle) {
    Variant copy;
    check(::VariantCopyInd(copy.get(), const_cast<VARIANT*>(&given)), "the result");
    const VARIANT& variant = *copy.get();
    if ((variant.vt & VT_ARRAY) != 0) {
        return json_of_array(variant.parray, static_cast<VARTYPE>(variant.vt & VT_TYPEMASK),
                             make_handle);
    }
    switch (variant.vt) {
        case VT_EMPTY:
        case VT_NULL:
            return nullptr;
        case VT_BOOL:
            return variant.boolVal != VARIANT_FALSE;
        case VT_I1:
            return variant.cVal;
        case VT_I2:
            return variant.iVal;
        case VT_I4:
        case VT_INT:
            return variant.lVal;
        case VT_I8:
            return variant.llVal;
        case VT_UI1:
            return variant.bVal;
        case VT_UI2:
            return variant.uiVal;
        case VT_UI4:
        case VT_UINT:
            return variant.ulVal;
        case VT_UI8:
            return variant.ullVal;
        case VT_R4:
            return variant.fltVal;
        case VT_R8:
            return variant.dblVal;
        case VT_BSTR:
            return bridge32::Wide(variant.bstrVal, ::SysStringLen(variant.bstrVal)).utf8();
        case VT_DATE:
            return {{"date", iso_date(variant.date)}};
        case VT_CY:
            return {{"currency", decimal_text(variant)}};
        case VT_DECIMAL:
            return {{"decimal", decimal_text(variant)}};
        case VT_ERROR:
            return {{"error", variant.scode}};
        case VT_DISPATCH:
        case VT_UNKNOWN:
            return json_of_object(variant.punkVal, make_handle);
        default:
            throw bridge32::RemoteError("ComType",
                                        "the result is a VARIANT of type " +
                                            std::to_string(variant.vt) + ", which is not supported",
                                        "");
    }
}

}  // namespace com
