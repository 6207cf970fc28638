// What the names of parameters tell, by the habits of C, Hungarian notation and Windows.
#pragma once

#include <string>
#include <string_view>

namespace bridge32::tool {

/// Without underscores and capitals.
std::string lower(std::string_view text);

/// It is a length: "n", "len", "nbytes", "dwSize", "cbBuffer".
bool is_length(std::string_view name);

/// `length` is named after `array`: "destLen" and "dest", "num_points" and "points".
bool is_length_of(const std::string& length, const std::string& array);

/// The distance of two elements: "stride", "incX", "lda".
bool is_stride(const std::string& name);

/// Several elements: "result_array", "table", "buf".
bool looks_like_array(const std::string& name);

/// What a callback is given: "user", "arg", "context"; no name either.
bool is_user_data(const std::string& name);

}  // namespace bridge32::tool
