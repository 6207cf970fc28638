#include "client/endpoint/inbound.hpp"

#include <optional>

#include "bridge32/error.hpp"
#include "bridge32/extensions.h"
#include "bridge32/internal/protocol/callback.hpp"
#include "bridge32/internal/protocol/event.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/support/cancellation.hpp"
#include "bridge32/internal/support/demangle.hpp"
#include "bridge32/internal/support/thread_scope.hpp"

namespace bridge32::client {

namespace {

/// Type and text of the exception that is being handled.
std::pair<std::string, std::string> current_error() {
    try {
        throw;
    } catch (const RemoteError& e) {
        return {e.type(), e.message()};
    } catch (const std::exception& e) {
        return {bridge32::detail::type_text(typeid(e)), e.what()};
    } catch (...) {
        return {bridge32::detail::current_exception_type(), "not a std::exception"};
    }
}

/// `args`, with the event's name as the first of them.
std::string with_name(std::string_view name, std::string_view arguments) {
    std::string text = "[";
    bridge32::detail::write_string(text, name);
    std::size_t count = 0;
    std::string_view only;
    protocol::Items items(arguments);
    for (; const auto item = items.next(); ++count)
        only = *item;
    text += ',';
    text += count == 0 ? "null" : count == 1 ? only : arguments;
    return text + "]";
}

/// A function of the client's that this thread runs, perhaps inside a call that another one made. A
/// host decides how deep these nest; the thread's stack is ours.
class Nested {
public:
    Nested() {
        if (depth_ > BRIDGE32_MAX_CALL_DEPTH) {
            throw Error("calls and callbacks nest more than " +
                        std::to_string(BRIDGE32_MAX_CALL_DEPTH) +
                        " deep: the host answers each call inside a callback or an event handler "
                        "with another one");
        }
    }

private:
    using Scope = bridge32::detail::ThreadScope<const Nested>;

    static unsigned depth_outside() noexcept {
        const auto* const outer = Scope::innermost();
        return outer == nullptr ? 0 : outer->depth_;
    }

    unsigned depth_ = depth_outside() + 1;
    Scope scope_{*this};
};

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

void Inbound::run_callback(const protocol::CallbackView& callback,
                           std::span<const bridge32_attachment> attachments, Encoder& reply) {
    const Nested nested;
    reply.clear();
    const auto fail = [&](std::string_view type, std::string_view text, std::uint64_t thrown) {
        reply.clear();
        reply.text() =
            protocol::error_text({std::string(type), std::string(text), "callback", thrown});
    };
    const auto use = functions_.use(callback.id());
    if (!use) {
        return fail("Error",
                    "the callback no longer exists: the call it was passed to has ended, or the "
                    "client released it",
                    0);
    }
    try {
        protocol::begin_result(reply);
        use.function().run(callback.arguments(), attachments, reply);
        protocol::end_result(reply);
    } catch (const CodecError& e) {
        fail("InvalidArgument", std::string("the callback's arguments do not fit: ") + e.what(), 0);
    }
    BRIDGE32_DETAIL_PASS_CANCELLATION
    catch (...) {
        const auto [type, text] = current_error();
        fail(type, text, use.keep_exception(std::current_exception()));
    }
}

void Inbound::run_event(const protocol::EventView& event,
                        std::span<const bridge32_attachment> attachments) {
    std::shared_ptr<const std::vector<Handler>> handlers;
    {
        const std::lock_guard lock(mutex_);
        handlers = handlers_;
    }
    if (handlers->empty()) return;
    const Nested nested;
    Encoder unused;
    for (const Handler& handler : *handlers) {
        if (!handler.name.empty() && handler.name != event.name()) continue;
        unused.clear();
        try {
            if (handler.name.empty()) {
                handler.function->run(with_name(event.name(), event.arguments()), attachments,
                                      unused);
            } else {
                handler.function->run(event.arguments(), attachments, unused);
            }
        } catch (const CodecError& e) {
            throw InvalidArgument("the event \"" + std::string(event.name()) +
                                  "\" does not fit its handler: " + e.what());
        }
    }
}

}  // namespace bridge32::client
