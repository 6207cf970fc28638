// A method or a property of a plugin, whatever the C++ function behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/protocol/reply.hpp"
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

/// What a member needs to serve one request, and where the result goes: out in a reply, or into
/// the reply to a batch.
class CallFrame {
public:
    CallFrame(CallScope& scope, const protocol::RequestView& request, Encoder& out,
              bool batched = false) noexcept
        : scope_(scope), request_(request), out_(out), batched_(batched) {}

    const protocol::RequestView& request() const noexcept { return request_; }

    /// The function has returned: waits for its callbacks, and throws what one of them threw
    /// where only C frames could hear it.
    void end_callbacks() {
        scope_.end();
        scope_.rethrow_failure();
    }

    /// Sends the result. `result` may view memory that the caller holds: it is copied before
    /// this returns. Throws RemoteError when it cannot be represented.
    template <class T>
    void send(const T& result, std::string_view member) {
        const std::size_t attached = begin();
        protocol::begin_result(out_);
        try {
            out_.value(result);
        } catch (const CodecError& error) {
            throw_bad_result(member, error.what());
        }
        protocol::end_result(out_);
        if (batched_) {
            out_.copy_attachments(attached);
        } else {
            send_text(member);
        }
    }

private:
    [[noreturn]] static void throw_bad_result(std::string_view member, const std::string& why) {
        throw RemoteError("CodecError",
                          "the result of " + std::string(member) + " cannot be sent: " + why +
                              ". Text must be UTF-8, other bytes go as bridge32::Bytes, and "
                              "values nest at most " +
                              std::to_string(kMaxDepth) + " deep",
                          {});
    }

    std::size_t begin() {
        if (!batched_) {
            out_.clear();
        }
        return out_.attachments().size();
    }

    void send_text(std::string_view member) {
        constexpr auto kMost = (std::numeric_limits<std::uint32_t>::max)();
        const std::string& json = out_.text();
        const auto& attached = out_.attachments();
        if (json.size() > kMost || attached.size() > kMost) {
            throw_bad_result(member, "its text is " + std::to_string(json.size()) + " bytes long");
        }
        // What the host cannot send, it reports to the client itself.
        const bridge32_host& its_host = scope_.its_host();
        its_host.reply(&its_host, scope_.call(), json.data(),
                       static_cast<std::uint32_t>(json.size()), attached.data(),
                       static_cast<std::uint32_t>(attached.size()));
    }

    CallScope& scope_;
    const protocol::RequestView& request_;
    Encoder& out_;
    bool batched_;
};

enum class MemberKind : std::uint8_t { method, property };

/// Once registered it does not change, so that calls may run on several threads.
class Member {
public:
    Member(MemberKind its_kind, std::string its_name, std::string its_doc, std::string result_type)
        : kind(its_kind),
          name(std::move(its_name)),
          doc(std::move(its_doc)),
          result(std::move(result_type)) {}
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;
    virtual ~Member() = default;

    /// Reads the arguments, calls the function, sends its result. Throws what the function
    /// throws, and InvalidArgument when the arguments do not fit.
    virtual void run(CallFrame& frame) = 0;

    const MemberKind kind;
    const std::string name;
    const std::string doc;
    const std::string result;  // its type, for people
    std::vector<Parameter> parameters;
    bool idempotent = false;  // see Registered

    bool has_names() const noexcept {
        return !parameters.empty() && !parameters.front().name.empty();
    }
    /// "argument `b` of add", "argument 2 of add".
    std::string argument_text(std::size_t i) const {
        return "argument " +
               (has_names() ? "`" + parameters[i].name + "`" : std::to_string(i + 1)) + " of " +
               name;
    }
};

}  // namespace bridge32::detail
