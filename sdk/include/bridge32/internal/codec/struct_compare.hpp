// Whether the structs of two binaries can be converted into each other.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/internal/codec/struct_layout.hpp"
#include "bridge32/internal/codec/untyped.hpp"
#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// {"Point":{"names":…,"formats":…,"offsets":…,"itemsize":…},…}: the structs of this binary.
/// Of a name that stands for two different structs nothing can be said, and it is left out.
BRIDGE32_DETAIL_CODEC_API Json
describe_structs(const StructRegistration* first = struct_registry());

/// The names that a message uses for the two sides: "in the plugin", "in the client".
struct Sides {
    std::string_view ours;
    std::string_view theirs;
};

/// Compares the structs of this binary with those of another, which its describe_structs()
/// gave, as far as both have one of that name. Empty when all can be converted, else a line
/// for people for each that cannot.
BRIDGE32_DETAIL_CODEC_API std::string compare_structs(
    const Json& theirs, const Sides& sides = {"in the plugin", "in the client"},
    const StructRegistration* first = struct_registry());

}  // namespace bridge32::detail
