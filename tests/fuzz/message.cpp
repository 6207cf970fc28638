// Messages of a peer, read by every view: each throws what it promises, and what it finds lies in
// the message.
#include <string>

#include "bridge32/internal/protocol/callback.hpp"
#include "bridge32/internal/protocol/create.hpp"
#include "bridge32/internal/protocol/event.hpp"
#include "bridge32/internal/protocol/open.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "fuzz.hpp"
#include "protocol/open_reply.hpp"

namespace bridge32::fuzz {

namespace {

template <class Read>
void tolerate(const Read& read) {
    try {
        read();
    } catch (const ProtocolError&) {
    } catch (const InvalidArgument&) {
    } catch (const CodecError&) {
    }
}

/// A text that a view found is well-formed.
void require_value(std::string_view text) {
    Reader reader(text);
    reader.skip_value();
    reader.finish();
}

void read_request(std::string_view json, std::span<const bridge32_attachment> attachments,
                  int depth) {
    protocol::RequestView request;
    request.read(json, attachments);
    if (request.kind() == protocol::RequestKind::batch && depth < 2) {
        auto items = request.batch();
        while (const auto item = items.next()) {
            tolerate([&] { read_request(*item, attachments, depth + 1); });
        }
    }
    const bool in_order = request.read_in_order([](Decoder& in) {
        while (in.reader().next_element())
            in.value<Json>();
        return true;
    });
    const auto [args, kwargs] = request.arguments();
    require(!in_order || kwargs.empty(), "what is read in order has no named arguments");
    if (!args.empty()) require_value(args);
    if (!kwargs.empty()) require_value(kwargs);
}

}  // namespace

void fuzz(Input input) {
    const Content content(input);
    const std::string_view json = content.json();
    protocol::leading_name(json);
    tolerate([&] { read_request(json, content.attachments(), 0); });
    tolerate([&] { require_value(protocol::OpenView(json).kwargs()); });
    tolerate([&] { require_value(protocol::EventView(json).arguments()); });
    tolerate([&] { require_value(protocol::CallbackView(json).arguments()); });
    tolerate([&] { protocol::CreateView().read(json); });
    tolerate([&] { protocol::read_open_reply(json); });
    tolerate([&] { require_value(protocol::ReplyView(json).result_text()); });
    tolerate([&] {
        const auto failure = protocol::read_error(json);
        const auto again = protocol::read_error(protocol::error_text(failure));
        require(again.message == failure.message && again.thrown == failure.thrown,
                "an error survives");
    });
}

}  // namespace bridge32::fuzz
