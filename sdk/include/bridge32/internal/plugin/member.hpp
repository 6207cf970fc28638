// A method or a property of a plugin, whatever the C++ function behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/plugin/param.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "bridge32/plugin.h"

namespace bridge32::detail {

struct Parameter {
    std::string name;  // empty: it has none
    std::string type;
    bool optional = false;     // a std::optional: null when no argument is given
    bool has_default = false;  // `default_value` when no argument is given
    Json default_value;
    // The default as it would be sent; views `default_value` and `wire`.
    std::string_view default_text;
    Encoder wire;
};

/// What a std::exception of a plugin says. Any thread.
protocol::Failure failure_of(const std::exception& error);

/// What a member needs to serve one request, and where the result goes: out in a reply, or into
/// the reply to a batch.
class CallFrame {
public:
    CallFrame(CallScope& scope, const protocol::RequestView& request, Encoder& out,
              std::optional<protocol::Failure>& failure, bool batched) noexcept
        : scope_(scope), request_(request), out_(out), failure_(failure), batched_(batched) {}

    const protocol::RequestView& request() const noexcept { return request_; }
    ForeignState& foreign() const noexcept { return scope_.foreign(); }

    /// The function has returned: waits for its callbacks, and throws what one of them threw
    /// where only C frames could hear it.
    void end_callbacks() {
        scope_.end();
        scope_.rethrow_failure();
    }

    /// The function has thrown `error`, which is caught as near to it as possible: each frame that
    /// an exception cleans up on its way takes as long as a call.
    void fail(const std::exception& error);

    /// The same, when what has run may have damaged this process: answers, and ends it.
    [[noreturn]] void end_process(const std::exception& error);

    /// Sends the result. `result` may view memory that the caller holds: it is copied before
    /// this returns. Throws RemoteError when it cannot be represented.
    template <class T>
    void send(const T& result, std::string_view member) {
        const std::size_t attached = begin_result();
        try {
            out_.value(result);
        } catch (const CodecError& error) {
            throw_bad_result(member, error.what());
        }
        end_result(member, attached);
    }

private:
    [[noreturn]] static void throw_bad_result(std::string_view member, const std::string& why);
    std::size_t begin_result();
    void end_result(std::string_view member, std::size_t attached);

    CallScope& scope_;
    const protocol::RequestView& request_;
    Encoder& out_;
    std::optional<protocol::Failure>& failure_;
    bool batched_;
};

enum class MemberKind : std::uint8_t { method, property };

/// Once registered it does not change, so that calls may run on several threads.
class Member {
public:
    Member(MemberKind its_kind, std::string&& its_name, std::string&& its_doc,
           std::string&& result_type);
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    virtual ~Member();

    /// Reads the arguments, calls the function, sends its result. What it throws, and
    /// InvalidArgument when the arguments do not fit, fails the frame or is thrown.
    virtual void run(CallFrame& frame) = 0;

    const MemberKind kind;
    const std::string name;
    const std::string doc;
    const std::string result;  // its type, for people
    std::vector<Parameter> parameters;
    bool idempotent = false;  // see Registered
    std::string prototype;    // the C function behind it, for people; may be empty

    bool has_names() const noexcept {
        return !parameters.empty() && !parameters.front().name.empty();
    }
    /// "argument `b` of add", "argument 2 of add".
    std::string argument_text(std::size_t i) const;

protected:
    /// What a C++ parameter says of itself.
    struct ParameterType {
        std::string name;
        bool optional;
        /// Reads a default. Throws CodecError when it does not fit.
        void (*check)(Decoder& in);
    };

    /// Makes `parameters` of what the types and the author say. Throws PluginError.
    void set_parameters(std::span<const ParameterType> types, const Params& params);
};

/// The text of one argument, and the attachments that it refers to.
struct ArgumentText {
    std::string_view json;  // empty: none was given
    std::span<const bridge32_attachment> attachments;
};

/// Fills `out`, one for each parameter, with the arguments given, and defaults where none is.
/// Throws InvalidArgument. Allocates nothing unless it throws.
void bind_arguments(const Member& member, const protocol::RequestView& request,
                    std::span<ArgumentText> out);

/// Reads the argument of parameter `i` by `read`. Throws InvalidArgument.
void decode_argument(const Member& member, std::size_t i, const ArgumentText& text,
                     void (*read)(Decoder& in, void* argument), void* argument);

}  // namespace bridge32::detail
