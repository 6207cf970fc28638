// The functions of the protocol's messages: part of the codec's runtime.
#pragma once

#include <charconv>

#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/protocol/request.hpp"

namespace bridge32::protocol {

BRIDGE32_DETAIL_CODEC std::string error_text(const Failure& failure) {
    std::string text = R"({"error":{"type":)";
    write_mended(text, failure.type);
    text += R"(,"message":)";
    write_mended(text, failure.message);
    if (!failure.where.empty()) {
        text += R"(,"where":)";
        write_mended(text, failure.where);
    }
    if (failure.thrown != 0) {
        text += R"(,"thrown":)" + std::to_string(failure.thrown);
    }
    return text + "}}";
}

BRIDGE32_DETAIL_CODEC Failure read_error(std::string_view json) {
    Failure failure;
    bool found = false;
    const auto read_text = [](Reader& reader, std::string& text) {
        if (reader.peek() != Kind::string) {
            return false;
        }
        std::string scratch;
        text = reader.read_string(scratch);
        return true;
    };
    const auto read_member = [&](std::string_view name, Reader& reader) {
        if (name == "type") {
            return read_text(reader, failure.type);
        }
        if (name == "message") {
            return read_text(reader, failure.message);
        }
        if (name == "where") {
            return read_text(reader, failure.where);
        }
        if (name == "thrown" && reader.at_number()) {
            const std::string_view digits = reader.read_number().text;
            const char* const end = digits.data() + digits.size();
            std::uint64_t number = 0;
            const auto read = std::from_chars(digits.data(), end, number);
            failure.thrown = read.ec == std::errc() && read.ptr == end ? number : 0;
            return true;
        }
        return false;
    };
    try {
        read_members(json, [&](std::string_view name, Reader& reader) {
            if (name != "error" || reader.peek() != Kind::object) {
                return false;
            }
            read_members(reader.skip_value(), read_member);
            return found = true;
        });
    } catch (const CodecError&) {
        found = false;
    }
    if (!found) {
        throw ProtocolError("the peer sent a reply that is neither a result nor an error: " +
                            std::string(json.substr(0, 200)));
    }
    return failure;
}

BRIDGE32_DETAIL_CODEC void throw_bad_request(const std::string& why) {
    throw InvalidArgument("the request is not valid: " + why);
}

BRIDGE32_DETAIL_CODEC void write_call_text(Encoder& out, std::string_view method,
                                           std::string_view args, std::string_view kwargs) {
    write_name(out, kMethodBegin, method, "\"");
    if (!args.empty()) {
        out.text().append(R"(,"args":)").append(args);
    }
    if (!kwargs.empty()) {
        out.text().append(R"(,"kwargs":)").append(kwargs);
    }
    out.text() += '}';
}

BRIDGE32_DETAIL_CODEC void RequestView::read_whole(std::string_view json) {
    const auto become = [this](RequestKind kind) {
        if (kind_ != RequestKind::none) {
            throw_bad_request("it has more than one of `method`, `get`, `describe` and `batch`");
        }
        kind_ = kind;
    };
    try {
        read_members(json, [&](std::string_view member, Reader& reader) {
            if (member == "method") {
                become(RequestKind::call);
                name_ = reader.read_string(unescaped_);
            } else if (member == "get") {
                become(RequestKind::get);
                name_ = reader.read_string(unescaped_);
            } else if (member == "args" || member == "kwargs") {
                std::string_view& part = member == "args" ? args_ : kwargs_;
                if (!part.empty()) {
                    throw_bad_request("it has `" + std::string(member) + "` twice");
                }
                part = reader.skip_value();
            } else if (member == "batch") {
                become(RequestKind::batch);
                batch_ = reader.skip_value();
            } else if (member == "describe") {
                if (reader.read_bool()) {
                    become(RequestKind::describe);
                }
            } else {
                return false;
            }
            return true;
        });
    } catch (const CodecError& error) {
        throw_bad_request(error.what());
    }
    if (kind_ == RequestKind::none) {
        throw_bad_request("it has none of `method`, `get`, `describe` and `batch`");
    }
}

BRIDGE32_DETAIL_CODEC RequestView::Arguments RequestView::arguments() const {
    if (unread_.empty()) {
        return {args_, kwargs_};
    }
    RequestView whole;
    whole.read_whole(unread_);
    return {whole.args_, whole.kwargs_};
}

BRIDGE32_DETAIL_CODEC bool ReplyView::begins_with_result() const {
    std::string scratch;
    Reader reader(json_);
    reader.enter_object();
    const auto key = reader.next_key(scratch);
    return key && *key == "result";
}

BRIDGE32_DETAIL_CODEC std::string_view ReplyView::result_text() const {
    Reader reader(result_on());
    const std::string_view text = reader.skip_value();
    require_end(reader);
    return text;
}

BRIDGE32_DETAIL_CODEC std::string_view ReplyView::find_result() const {
    Reader reader(json_);
    reader.enter_object();
    std::string scratch;
    const auto key = reader.next_key(scratch);
    if (!key || *key != "result") {
        throw ProtocolError("the peer sent a reply that is neither a result nor an error: " +
                            std::string(json_.substr(0, 200)));
    }
    return reader.rest();
}

BRIDGE32_DETAIL_CODEC void ReplyView::require_whole() const {
    Reader whole(json_);
    whole.skip_value();
    whole.finish();
}

}  // namespace bridge32::protocol
