// Names that bridge32 itself makes: of shared memory and of plugin files.
#pragma once

#include <string>
#include <string_view>

namespace bridge32 {

/// An unguessable name for a new segment: a prefix and 128 random bits in hex.
std::string unguessable_name();

/// True for text of the form that unguessable_name() returns.
bool is_unguessable_name(const std::string& name) noexcept;

/// The end of a plugin's file name: ".b32.so", ".b64.dll", and so on. `bits`: 32 or 64.
std::string plugin_suffix(int bits = static_cast<int>(8 * sizeof(void*)));

/// The end of an interface file's name.
inline constexpr std::string_view kInterfaceSuffix = ".b32i";

}  // namespace bridge32
