#include "client/endpoint/inbound.hpp"

#include <optional>

#include "bridge32/error.hpp"
#include "bridge32/internal/json/reader.hpp"
#include "bridge32/internal/support/demangle.hpp"
#include "wire/error_json.hpp"

namespace bridge32::client {

namespace {

/// A message of the host's, taken apart. Views its text.
struct Parts {
    std::uint64_t callback = 0;
    std::string event;
    std::string_view arguments = "[]";
};

Parts parse(std::string_view json) {
    Parts parts;
    try {
        std::string scratch;
        Reader reader(json);
        reader.enter_object();
        while (const auto key = reader.next_key(scratch)) {
            if (*key == "callback") {
                parts.callback = reader.read_integer<std::uint64_t>();
            } else if (*key == "event") {
                parts.event = reader.read_string(scratch);
            } else if (*key == "args") {
                parts.arguments = reader.skip_value();
            } else {
                reader.skip_value();
            }
        }
        reader.finish();
    } catch (const CodecError& e) {
        throw ProtocolError(std::string("the host sent a malformed callback or event: ") +
                            e.what());
    }
    return parts;
}

/// Type and text of the exception that is being handled.
std::pair<std::string, std::string> current_error() {
    try {
        throw;
    } catch (const RemoteError& e) {
        return {e.type(), e.message()};
    } catch (const std::exception& e) {
        return {bridge32::detail::type_text(typeid(e)), e.what()};
    } catch (...) {
        return {bridge32::detail::current_exception_type(), "no std::exception"};
    }
}

/// `args`, with the event's name as the first of them.
std::string with_name(const std::string& name, std::string_view arguments) {
    std::string text = "[";
    bridge32::detail::write_string(text, name);
    std::size_t count = 0;
    std::string_view only;
    Reader reader(arguments);
    for (reader.enter_array(); reader.next_element(); ++count)
        only = reader.skip_value();
    text += ',';
    text += count == 0 ? "null" : count == 1 ? only : arguments;
    return text + "]";
}

}  // namespace

void Inbound::on_event(std::string name, std::shared_ptr<LocalFunction> handler) {
    const std::lock_guard lock(mutex_);
    auto handlers = std::make_shared<std::vector<Handler>>(*handlers_);
    handlers->push_back({std::move(name), std::move(handler)});
    handlers_ = std::move(handlers);
}

bool Inbound::has_event_handlers() const noexcept {
    const std::lock_guard lock(mutex_);
    return !handlers_->empty();
}

bool Inbound::knows_callback(std::string_view json) const noexcept {
    try {
        return functions_.knows(parse(json).callback);
    } catch (const std::exception&) {
        return false;
    }
}

void Inbound::run_callback(std::string_view json, std::span<const bridge32_attachment> attachments,
                           Encoder& reply) {
    const Parts parts = parse(json);
    reply.clear();
    const auto fail = [&](std::string_view type, std::string_view text, std::uint64_t thrown) {
        reply.clear();
        reply.text() = wire::error_reply(type, text, "callback", thrown);
    };
    const auto use = functions_.use(parts.callback);
    if (!use) {
        return fail("Error",
                    "the callback is no longer there: the call that it was passed to is over, or "
                    "the client let go of it",
                    0);
    }
    try {
        reply.text() += R"({"result":)";
        use.function().run(parts.arguments, attachments, reply);
        reply.text() += '}';
    } catch (const CodecError& e) {
        fail("InvalidArgument", std::string("the callback's arguments do not fit: ") + e.what(), 0);
    } catch (...) {
        const auto [type, text] = current_error();
        fail(type, text, use.keep_exception(std::current_exception()));
    }
}

void Inbound::run_event(std::string_view json, std::span<const bridge32_attachment> attachments) {
    std::shared_ptr<const std::vector<Handler>> handlers;
    {
        const std::lock_guard lock(mutex_);
        handlers = handlers_;
    }
    if (handlers->empty()) return;
    const Parts parts = parse(json);
    Encoder unused;
    for (const Handler& handler : *handlers) {
        if (!handler.name.empty() && handler.name != parts.event) continue;
        unused.clear();
        try {
            if (handler.name.empty()) {
                handler.function->run(with_name(parts.event, parts.arguments), attachments, unused);
            } else {
                handler.function->run(parts.arguments, attachments, unused);
            }
        } catch (const CodecError& e) {
            throw InvalidArgument("the event \"" + parts.event +
                                  "\" does not fit its handler: " + e.what());
        }
    }
}

}  // namespace bridge32::client
