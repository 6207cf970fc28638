// A call of one of the client's functions: {"callback":ID,"args":[…]}. The answer is a reply.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

/// Appends the message. Throws CodecError.
template <class... A>
void write_callback(Encoder& out, std::uint64_t id, const A&... arguments) {
    out.text() += R"({"callback":)";
    detail::write_integer(out.text(), id);
    out.text() += R"(,"args":)";
    write_array(out, arguments...);
    out.text() += '}';
}

/// The same; `write` writes the arguments, each after Encoder::next.
template <class Write>
void write_callback_of(Encoder& out, std::uint64_t id, const Write& write) {
    out.text() += R"({"callback":)";
    detail::write_integer(out.text(), id);
    out.text() += R"(,"args":)";
    out.begin_array();
    write(out);
    out.end_array();
    out.text() += '}';
}

/// Views the message, which outlives it.
class CallbackView {
public:
    /// Throws ProtocolError.
    explicit CallbackView(std::string_view json) {
        try {
            read_members(json, [this](std::string_view member, Reader& reader) {
                if (member == "callback") {
                    id_ = detail::integer_from<std::uint64_t>(reader.read_number());
                } else if (member == "args") {
                    arguments_ = reader.skip_value();
                } else {
                    return false;
                }
                return true;
            });
        } catch (const CodecError& e) {
            throw ProtocolError(std::string("the host sent a malformed callback: ") + e.what());
        }
    }

    /// The function's number; 0, which no function has, if it names none.
    std::uint64_t id() const noexcept { return id_; }
    /// The text of a value of any kind.
    std::string_view arguments() const noexcept { return arguments_; }

private:
    std::uint64_t id_ = 0;
    std::string_view arguments_ = "[]";
};

}  // namespace bridge32::protocol
