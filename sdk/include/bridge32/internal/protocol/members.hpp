// What messages are made of: objects whose members are found by name, and arrays of values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bridge32/internal/codec/encoder.hpp"
#include "bridge32/internal/json/reader.hpp"

namespace bridge32::protocol {

/// Reads the object `json` and whatever follows it. `take(name, reader)` reads the value of a
/// member that it knows and returns true; others are skipped. Throws CodecError.
template <class Take>
void read_members(std::string_view json, const Take& take) {
    std::string scratch;
    Reader reader(json);
    reader.enter_object();
    while (const auto name = reader.next_key(scratch)) {
        if (!take(*name, reader)) reader.skip_value();
    }
    reader.finish();
}

/// The texts of an array's values, one after the other. What follows the array is not read.
class Items {
public:
    /// `json` begins with the array and outlives this. Throws CodecError, as does `next`.
    explicit Items(std::string_view json) : reader_(json) { reader_.enter_array(); }

    /// The next one; nothing at the end.
    std::optional<std::string_view> next() {
        if (!reader_.next_element()) return std::nullopt;
        return reader_.skip_value();
    }

private:
    Reader reader_;
};

/// Appends an array of `values`. Throws CodecError.
template <class... T>
void write_array(Encoder& out, const T&... values) {
    out.begin_array();
    ((out.next(), out.value(values)), ...);
    out.end_array();
}

}  // namespace bridge32::protocol
