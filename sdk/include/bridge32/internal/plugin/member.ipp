// The functions of member.hpp.
#pragma once

#include <limits>
#include <set>

#include "bridge32/error.hpp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/support/suggest.hpp"

namespace bridge32 {

BRIDGE32_DETAIL_PLUGIN Param::Param(const char* name) : name_(name) {}
BRIDGE32_DETAIL_PLUGIN Param::Param(std::string name) : name_(std::move(name)) {}
BRIDGE32_DETAIL_PLUGIN Param::Param(std::string name, Json default_value)
    : name_(std::move(name)), default_value_(std::move(default_value)) {}
BRIDGE32_DETAIL_PLUGIN Param::Param(const Param&) = default;
BRIDGE32_DETAIL_PLUGIN Param::Param(Param&&) noexcept = default;
BRIDGE32_DETAIL_PLUGIN Param& Param::operator=(const Param&) = default;
BRIDGE32_DETAIL_PLUGIN Param& Param::operator=(Param&&) noexcept = default;
BRIDGE32_DETAIL_PLUGIN Param::~Param() = default;

}  // namespace bridge32

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN void CallFrame::throw_bad_result(std::string_view member,
                                                        const std::string& why) {
    throw RemoteError("CodecError",
                      "the result of " + std::string(member) + " cannot be sent: " + why +
                          ". Strings must be UTF-8 (use bridge32::Bytes for other bytes), and "
                          "values can nest at most " +
                          std::to_string(kMaxDepth) + " deep",
                      {});
}

BRIDGE32_DETAIL_PLUGIN void CallFrame::fail(const std::exception& error) {
    failure_ = failure_of(error);
}

BRIDGE32_DETAIL_PLUGIN std::size_t CallFrame::begin_result() {
    if (!batched_) {
        out_.clear();
    }
    protocol::begin_result(out_);
    return out_.attachments().size();
}

BRIDGE32_DETAIL_PLUGIN void CallFrame::end_result(std::string_view member, std::size_t attached) {
    protocol::end_result(out_);
    if (batched_) {
        return out_.copy_attachments(attached);
    }
    constexpr auto kMost = (std::numeric_limits<std::uint32_t>::max)();
    const std::string& json = out_.text();
    const auto& attachments = out_.attachments();
    if (json.size() > kMost || attachments.size() > kMost) {
        throw_bad_result(member, "its text is " + std::to_string(json.size()) + " bytes long");
    }
    // What the host cannot send, it reports to the client itself.
    const bridge32_host& its_host = scope_.its_host();
    its_host.reply(&its_host, scope_.call(), json.data(), size_of(json), attachments.data(),
                   static_cast<std::uint32_t>(attachments.size()));
}

BRIDGE32_DETAIL_PLUGIN Member::Member(MemberKind its_kind, std::string&& its_name,
                                      std::string&& its_doc, std::string&& result_type)
    : kind(its_kind),
      name(std::move(its_name)),
      doc(std::move(its_doc)),
      result(std::move(result_type)) {}

BRIDGE32_DETAIL_PLUGIN Member::~Member() = default;

BRIDGE32_DETAIL_PLUGIN std::string Member::argument_text(std::size_t i) const {
    return "argument " + (has_names() ? "`" + parameters[i].name + "`" : std::to_string(i + 1)) +
           " of " + name;
}

/// Fills in what the author says of the parameters. Throws PluginError.
BRIDGE32_DETAIL_PLUGIN void name_parameters(Member& member, const Params& params) {
    const auto refuse = [&](const std::string& why) {
        throw PluginError("method " + member.name + ": " + why);
    };
    if (params.empty()) {
        return;
    }
    if (params.size() != member.parameters.size()) {
        std::string names;
        for (const Param& param : params) {
            names += (names.empty() ? "" : ", ") + param.name();
        }
        refuse("the function takes " + std::to_string(member.parameters.size()) +
               (member.parameters.size() == 1 ? " parameter" : " parameters") + ", but " +
               std::to_string(params.size()) + (params.size() == 1 ? " is" : " are") + " named (" +
               names + ")");
    }
    std::set<std::string> names;
    for (std::size_t i = 0; i < params.size(); ++i) {
        Parameter& parameter = member.parameters[i];
        parameter.name = params[i].name();
        if (parameter.name.empty() || !names.insert(parameter.name).second) {
            refuse(parameter.name.empty()
                       ? "parameter " + std::to_string(i + 1) + " has an empty name"
                       : "two parameters have the name `" + parameter.name + "`");
        }
        if (params[i].default_value()) {
            parameter.has_default = true;
            parameter.default_value = *params[i].default_value();
        }
    }
}

BRIDGE32_DETAIL_PLUGIN void check_default(const Member& member, Parameter& parameter,
                                          void (*check)(Decoder& in)) {
    try {
        parameter.wire.value(parameter.default_value);
        parameter.default_text = parameter.wire.text();
        Decoder in(parameter.default_text, parameter.wire.attachments());
        check(in);
        in.reader().finish();
    } catch (const CodecError& error) {
        throw PluginError("method " + member.name + ": the default of parameter `" +
                          parameter.name + "` does not fit: " + error.what());
    }
}

BRIDGE32_DETAIL_PLUGIN void Member::set_parameters(std::span<const ParameterType> types,
                                                   const Params& params) {
    parameters.resize(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        parameters[i].type = types[i].name;
        parameters[i].optional = types[i].optional;
    }
    name_parameters(*this, params);
    for (std::size_t i = 0; i < types.size(); ++i) {
        if (parameters[i].has_default) {
            check_default(*this, parameters[i], types[i].check);
        }
    }
}

BRIDGE32_DETAIL_PLUGIN void decode_argument(const Member& member, std::size_t i,
                                            const ArgumentText& text,
                                            void (*read)(Decoder& in, void* argument),
                                            void* argument) {
    try {
        Decoder in(text.json, text.attachments);
        read(in, argument);
        in.reader().finish();
    } catch (const CodecError& error) {
        throw InvalidArgument(member.argument_text(i) + ": " + error.what());
    }
}

/// "a, b=2, c=null"
BRIDGE32_DETAIL_PLUGIN std::string parameter_list(const Member& member) {
    std::string text;
    for (const Parameter& parameter : member.parameters) {
        text += (text.empty() ? "" : ", ") + parameter.name;
        if (parameter.has_default) {
            text += "=" + json_text(parameter.default_value);
        } else if (parameter.optional) {
            text += "=null";
        }
    }
    return text;
}

/// "add takes 2 arguments (a, b)"
BRIDGE32_DETAIL_PLUGIN std::string takes(const Member& member) {
    std::size_t least = 0;
    for (const Parameter& parameter : member.parameters) {
        least += parameter.has_default || parameter.optional ? 0 : 1;
    }
    const std::size_t most = member.parameters.size();
    std::string text = member.name + " takes ";
    if (most == 0) {
        return text + "no arguments";
    }
    if (least != most) {
        text += std::to_string(least) + " to ";
    }
    text += std::to_string(most) + (most == 1 ? " argument" : " arguments");
    return member.has_names() ? text + " (" + parameter_list(member) + ")" : text;
}

BRIDGE32_DETAIL_PLUGIN std::size_t bind_positional(const Member& member,
                                                   const protocol::RequestView& request,
                                                   std::string_view args,
                                                   std::span<ArgumentText> out) {
    std::size_t count = 0;
    Reader reader(args);
    if (reader.peek() != Kind::array) {
        protocol::throw_bad_request(reader.expected("an array as `args`").what());
    }
    reader.enter_array();
    for (; reader.next_element(); ++count) {
        const std::string_view text = reader.skip_value();
        if (count < out.size()) {
            out[count] = {text, request.attachments()};
        }
    }
    if (count > out.size()) {
        throw InvalidArgument(takes(member) + ", " + std::to_string(count) +
                              (count == 1 ? " was given" : " were given"));
    }
    return count;
}

[[noreturn]] BRIDGE32_DETAIL_PLUGIN void throw_no_parameter(const Member& member,
                                                            const std::string& name) {
    std::string text = member.name + " has no parameter `" + name + "`";
    if (member.parameters.empty()) {
        throw InvalidArgument(text + "; it takes no arguments");
    }
    if (!member.has_names()) {
        throw InvalidArgument(text +
                              "; its parameters have no names, so pass arguments by position");
    }
    std::vector<std::string> names;
    for (const Parameter& parameter : member.parameters) {
        names.push_back(parameter.name);
    }
    const std::string hint = did_you_mean(nearest(name, names));
    throw InvalidArgument(text + "; its parameters are " + parameter_list(member) +
                          (hint.empty() ? "" : ". " + hint));
}

BRIDGE32_DETAIL_PLUGIN std::size_t parameter_index(const Member& member, std::string_view name) {
    if (member.has_names()) {
        for (std::size_t i = 0; i < member.parameters.size(); ++i) {
            if (member.parameters[i].name == name) {
                return i;
            }
        }
    }
    throw_no_parameter(member, std::string(name));
}

BRIDGE32_DETAIL_PLUGIN void bind_named(const Member& member, const protocol::RequestView& request,
                                       std::string_view kwargs, std::size_t positional,
                                       std::span<ArgumentText> out) {
    Decoder in(kwargs, request.attachments());
    if (in.peek() != Kind::object) {
        protocol::throw_bad_request(in.expected("an object as `kwargs`").what());
    }
    in.reader().enter_object();
    while (const auto name = in.next_key()) {
        const std::size_t i = parameter_index(member, *name);
        if (!out[i].json.empty()) {
            throw InvalidArgument(member.argument_text(i) + " was given twice" +
                                  (i < positional ? ": by position and by name" : ", by name"));
        }
        out[i] = {in.reader().skip_value(), request.attachments()};
    }
}

BRIDGE32_DETAIL_PLUGIN void bind_arguments(const Member& member,
                                           const protocol::RequestView& request,
                                           std::span<ArgumentText> out) {
    const auto [args, kwargs] = request.arguments();
    try {
        std::size_t positional = 0;
        if (!args.empty()) {
            positional = bind_positional(member, request, args, out);
        }
        if (!kwargs.empty()) {
            bind_named(member, request, kwargs, positional, out);
        }
    } catch (const CodecError& error) {
        protocol::throw_bad_request(error.what());
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const Parameter& parameter = member.parameters[i];
        if (!out[i].json.empty()) {
            continue;
        }
        if (parameter.has_default) {
            out[i] = {parameter.default_text, parameter.wire.attachments()};
        } else if (parameter.optional) {
            out[i] = {"null", {}};
        } else {
            throw InvalidArgument(member.argument_text(i) + " is missing");
        }
    }
}
}  // namespace bridge32::detail
