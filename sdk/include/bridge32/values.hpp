// The value types of bridge32 in addition to the standard library's: Json for untyped values,
// Bytes, NdArray<T> and the view NdArray<const T>, and named arguments.
#pragma once

#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/codec/named.hpp"
#include "bridge32/internal/codec/nd_array.hpp"
