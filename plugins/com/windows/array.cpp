// SAFEARRAYs. The first index is the leftmost one, as in Visual Basic's `a(i, j)`, and may start at
// any bound.
#include <bridge32/error.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "failure.hpp"
#include "variant.hpp"

namespace com {
namespace {

using bridge32::Json;
using Index = std::vector<LONG>;

/// The sizes of the leading dimensions in which `json` is rectangular.
std::vector<std::size_t> shape_of(const Json& json) {
    std::vector<std::size_t> shape{json.size()};
    if (json.empty() || !json.front().is_array()) {
        return shape;
    }
    std::vector<std::size_t> inner = shape_of(json.front());
    for (const Json& row : json) {
        if (!row.is_array() || row.size() != inner.front()) {
            return shape;
        }
        const auto other = shape_of(row);
        while (!std::equal(
            inner.begin(), inner.end(), other.begin(),
            other.begin() + static_cast<std::ptrdiff_t>(std::min(inner.size(), other.size())))) {
            inner.pop_back();
        }
    }
    shape.insert(shape.end(), inner.begin(), inner.end());
    return shape;
}

/// The pointer that SafeArrayPutElement and SafeArrayGetElement take for the element in `variant`.
void* element_of(Variant& variant, VARTYPE type) {
    if (type == VT_VARIANT) {
        return variant.get();
    }
    return type == VT_DECIMAL ? static_cast<void*>(&variant->decVal) : &variant->llVal;
}

void fill(SAFEARRAY* array, VARTYPE type, const Json& json, std::size_t dimensions, Index& index) {
    index.push_back(0);
    for (const Json& element : json) {
        if (index.size() < dimensions) {
            fill(array, type, element, dimensions, index);
        } else {
            Variant value = typed(element, type);
            void* const at = type == VT_BSTR ? value->bstrVal : element_of(value, type);
            check(::SafeArrayPutElement(array, index.data(), at), "an array's element");
        }
        ++index.back();
    }
    index.pop_back();
}

Json level(SAFEARRAY* array, VARTYPE type, Index& index, const MakeHandle& make_handle) {
    const UINT dimension = static_cast<UINT>(index.size()) + 1;
    LONG first = 0;
    LONG last = 0;
    check(::SafeArrayGetLBound(array, dimension, &first), "an array's bounds");
    check(::SafeArrayGetUBound(array, dimension, &last), "an array's bounds");
    Json rows = Json::array();
    for (LONG i = first; i <= last; ++i) {
        index.push_back(i);
        if (dimension < ::SafeArrayGetDim(array)) {
            rows.push_back(level(array, type, index, make_handle));
        } else {
            Variant element;
            check(::SafeArrayGetElement(array, index.data(), element_of(element, type)),
                  "an array's element");
            if (type != VT_VARIANT) {
                element->vt = type;
            }
            rows.push_back(json_of(*element.get(), make_handle));
        }
        index.pop_back();
    }
    return rows;
}

}  // namespace

Variant array_of(const Json& json, VARTYPE type) {
    const auto shape = shape_of(json);
    std::vector<SAFEARRAYBOUND> bounds;
    for (const std::size_t size : shape) {
        bounds.push_back({static_cast<ULONG>(size), 0});
    }
    Variant variant;
    variant->parray = ::SafeArrayCreate(type, static_cast<UINT>(bounds.size()), bounds.data());
    if (variant->parray == nullptr) {
        throw bridge32::InvalidArgument("COM has no arrays of this element type");
    }
    variant->vt = static_cast<VARTYPE>(VT_ARRAY | type);
    Index index;
    fill(variant->parray, type, json, shape.size(), index);
    return variant;
}

Json json_of_array(SAFEARRAY* array, VARTYPE type, const MakeHandle& make_handle) {
    if (array == nullptr) {
        return Json::array();
    }
    if (type == VT_UI1 && ::SafeArrayGetDim(array) == 1) {
        void* data = nullptr;
        check(::SafeArrayAccessData(array, &data), "an array's elements");
        const auto* const bytes = static_cast<const std::uint8_t*>(data);
        Json binary = Json::binary({bytes, bytes + array->rgsabound[0].cElements});
        ::SafeArrayUnaccessData(array);
        return binary;
    }
    Index index;
    return level(array, type, index, make_handle);
}

}  // namespace com
