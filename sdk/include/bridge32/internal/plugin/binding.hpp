// Which argument of a request goes to which parameter of a method.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/member.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "bridge32/internal/support/suggest.hpp"

namespace bridge32::detail {

/// The text of one argument, and the attachments that it refers to.
struct ArgumentText {
    std::string_view json;  // empty: none was given
    std::span<const bridge32_attachment> attachments;
};

/// "a, b=2, c=null"
inline std::string parameter_list(const Member& member) {
    std::string text;
    for (const Parameter& parameter : member.parameters) {
        text += (text.empty() ? "" : ", ") + parameter.name;
        if (parameter.has_default) {
            text +=
                "=" + parameter.default_value.dump(-1, ' ', false, Json::error_handler_t::replace);
        } else if (parameter.optional) {
            text += "=null";
        }
    }
    return text;
}

/// "add takes 2 arguments (a, b)"
inline std::string takes(const Member& member) {
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

inline std::size_t bind_positional(const Member& member, const protocol::RequestView& request,
                                   std::string_view args, std::span<ArgumentText> out) {
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

[[noreturn]] inline void throw_no_parameter(const Member& member, const std::string& name) {
    std::string text = member.name + " has no parameter `" + name + "`";
    if (member.parameters.empty()) {
        throw InvalidArgument(text + "; it takes no arguments");
    }
    if (!member.has_names()) {
        throw InvalidArgument(text +
                              "; its parameters have no names, give the arguments by "
                              "position");
    }
    std::vector<std::string> names;
    for (const Parameter& parameter : member.parameters) {
        names.push_back(parameter.name);
    }
    const std::string hint = did_you_mean(nearest(name, names));
    throw InvalidArgument(text + "; its parameters are " + parameter_list(member) +
                          (hint.empty() ? "" : ". " + hint));
}

inline std::size_t parameter_index(const Member& member, std::string_view name) {
    if (member.has_names()) {
        for (std::size_t i = 0; i < member.parameters.size(); ++i) {
            if (member.parameters[i].name == name) {
                return i;
            }
        }
    }
    throw_no_parameter(member, std::string(name));
}

inline void bind_named(const Member& member, const protocol::RequestView& request,
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

/// Fills `out`, one for each parameter, with the arguments given, and defaults where none is.
/// Throws InvalidArgument. Allocates nothing unless it throws.
inline void bind_arguments(const Member& member, const protocol::RequestView& request,
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
