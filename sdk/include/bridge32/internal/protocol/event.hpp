// A one-way message from a plugin: {"event":"NAME","args":[…]}.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

/// Appends the message. Throws CodecError.
template <class... A>
void write_event(Encoder& out, std::string_view name, const A&... arguments) {
    out.text() += R"({"event":)";
    detail::write_string(out.text(), name);
    out.text() += R"(,"args":)";
    write_array(out, arguments...);
    out.text() += '}';
}

/// Views the message, which outlives it.
class EventView {
public:
    /// Throws ProtocolError.
    explicit EventView(std::string_view json) {
        try {
            read_members(json, [this](std::string_view member, Reader& reader) {
                if (member == "event") {
                    name_ = reader.read_string(unescaped_);
                } else if (member == "args") {
                    arguments_ = reader.skip_value();
                } else {
                    return false;
                }
                return true;
            });
        } catch (const CodecError& e) {
            throw ProtocolError(std::string("the host sent a malformed event: ") + e.what());
        }
    }
    EventView(const EventView&) = delete;
    EventView& operator=(const EventView&) = delete;

    std::string_view name() const noexcept { return name_; }
    /// The text of a value of any kind.
    std::string_view arguments() const noexcept { return arguments_; }

private:
    std::string unescaped_;
    std::string_view name_;
    std::string_view arguments_ = "[]";
};

}  // namespace bridge32::protocol
