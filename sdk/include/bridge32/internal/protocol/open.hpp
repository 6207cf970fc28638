// The first message of a client: {"plugin":"NAME","kwargs":{…},"structs":{…}}. The reply is in
// sdk/src/protocol/open_reply.hpp.
#pragma once

#include <string>
#include <string_view>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/members.hpp"

namespace bridge32::protocol {

/// Appends the message. `structs`: how the client lays out its structs, an object as text.
/// Throws CodecError.
inline void write_open(Encoder& out, std::string_view plugin, const Json& kwargs,
                       std::string_view structs) {
    out.text() += R"({"plugin":)";
    out.value(plugin);
    out.text() += R"(,"kwargs":)";
    out.value(kwargs);
    out.text() += R"(,"structs":)";
    out.text() += structs;
    out.text() += '}';
}

/// Views the message, which outlives it.
class OpenView {
public:
    /// Throws ProtocolError.
    explicit OpenView(std::string_view json) {
        try {
            read_members(json, [this](std::string_view name, Reader& reader) {
                if (name == "plugin") {
                    plugin_ = reader.read_string(unescaped_);
                } else if (name == "kwargs") {
                    kwargs_ = reader.skip_value();
                } else if (name == "structs") {
                    structs_ = reader.skip_value();
                } else {
                    return false;
                }
                return true;
            });
        } catch (const CodecError& e) {
            throw ProtocolError(std::string("the client's first message is malformed: ") +
                                e.what());
        }
    }
    OpenView(const OpenView&) = delete;
    OpenView& operator=(const OpenView&) = delete;

    /// Empty if it names none.
    std::string_view plugin() const noexcept { return plugin_; }
    /// @{
    /// The texts of values of any kind.
    std::string_view kwargs() const noexcept { return kwargs_; }
    std::string_view structs() const noexcept { return structs_; }
    /// @}

private:
    std::string unescaped_;
    std::string_view plugin_;
    std::string_view kwargs_ = "{}";
    std::string_view structs_ = "{}";
};

}  // namespace bridge32::protocol
