// What descriptions call the values of an interface: by the words of compiled plugins, so that
// tools and generated classes need to know only these. The C types are in the prototype.
#pragma once

#include <string>

#include "interface/type.hpp"
#include "plan.hpp"

namespace bridge32::ffi {

/// "int32", "string", "handle of VDEV"; a struct by its name. `type`: the value's own.
std::string word_of(const Value& value, const interfaces::Type& type);

/// What an argument is: "array of float64", "optional string", "function".
std::string argument_word(const Plan& plan, std::size_t parameter);

/// What comes back: "void", "int32", "(return: int32, samples: array of float64)".
std::string result_word(const Plan& plan);

/// The structs, unions and enumerations that have names: {"VINFO":{"kind":"struct","members":[
/// {"name":"gain","type":"int32"},…]},"mode":{"kind":"enum","values":{"mode_off":0,…}}}.
Json types_of(const Context& context);

}  // namespace bridge32::ffi
