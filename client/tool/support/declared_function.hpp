// A call of a library's function with no plugin and no interface file, by its declaration or by the
// library's header:
// bridge32 call ./legacy.so "double scale(double factor, int n)" 2.5 3
// bridge32 call ./legacy.so --header legacy.h scale 2.5 3
#pragma once

#include <string>

#include "tool/support/open_plugin.hpp"

namespace bridge32::tool {

/// True for a declaration, false for a name.
bool is_declaration(const std::string& method);

/// Makes `options`, whose name is that of a library, open the plugin `ffi` with this one function
/// of the library. Returns the function's name. Throws WrongUsage: a mistake in the declaration, a
/// file that is no 32-bit library.
std::string declare(PluginOptions& options, const std::string& declaration);

/// The text of the interface file that `bridge32 interface` would make of the header and the
/// library in `options`. Throws WrongUsage, and Error if the header cannot be read.
std::string text_by_header(const PluginOptions& options);

}  // namespace bridge32::tool
