// A call whose argument and result types are known only at run time.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "bridge32/client.hpp"
#include "bridge32/codec.hpp"
#include "tool/support/npy.hpp"

namespace bridge32::tool {

/// Bytes are the Json's binary value.
using AnyValue = std::variant<Json, AnyArray>;

/// An argument of a call; positional if it has no name.
struct Argument {
    std::string name;
    AnyValue value;
};

/// Calls the method `name` with the arguments that `words` mean. Without words, reads the property
/// of that name if there is one. `description`: from describe(), or null. Throws what Client
/// throws, WrongUsage, Error (for a file).
AnyValue invoke(const Client& client, const Json& description, const std::string& name,
                const std::vector<std::string>& words);

/// Any number of positional arguments, passed as one argument of a typed call.
struct Positional {
    std::vector<AnyValue> values;
};

/// A call's result: numeric arrays stay arrays, everything else is Json.
struct Result {
    AnyValue value;
};

}  // namespace bridge32::tool

namespace bridge32 {

template <>
struct Codec<tool::AnyValue> {
    static void encode(Encoder& out, const tool::AnyValue& value);
};

template <>
struct Codec<tool::Positional> {
    static void encode(Encoder& out, const tool::Positional& arguments);
};

template <>
struct Codec<tool::Result> {
    static tool::Result decode(Decoder& in);
};

}  // namespace bridge32
