// Results for people and for programs.
#pragma once

#include "tool/support/values.hpp"
#include "tool/terminal/output.hpp"
#include "tool/tool.hpp"

namespace bridge32::tool {

/// As JSON: arrays as nested arrays, bytes as {"bytes": COUNT, "base64": TEXT}.
Report to_json(const AnyValue& value);

/// Texts as they are, lists and objects as tables, bytes in hexadecimal. `all`: however many.
void show(Output& out, const AnyValue& value, bool all);

/// Writes to the file `name`: an array as .npy where the name ends so, bytes as they are, all
/// else as JSON.
void save(const AnyValue& value, const std::string& name);

}  // namespace bridge32::tool
