// The result of a call: shown, as JSON, or in a file.
#pragma once

#include "tool/support/untyped_call.hpp"
#include "tool/terminal/output.hpp"

namespace bridge32::tool {

/// As JSON: arrays as nested arrays, bytes as {"bytes": COUNT, "base64": TEXT}.
Report to_json(const AnyValue& value);

/// Strings as they are, lists and objects as tables, bytes in hexadecimal. `all`: without limit.
void show(Output& out, const AnyValue& value, bool all);

/// Writes to the file `name`: an array as .npy if the name ends so, bytes unchanged, anything else
/// as JSON.
void save(const AnyValue& value, const std::string& name);

}  // namespace bridge32::tool
