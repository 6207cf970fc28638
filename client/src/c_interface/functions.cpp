// Functions that the plugin calls, handlers of its events, and their answers, of bridge32.h.
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/members.hpp"
#include "client/c_interface/client.hpp"
#include "client/c_interface/errors.hpp"
#include "client/c_interface/values.hpp"

struct bridge32_answer {
    std::string json = "null";
    std::vector<std::string> buffers;
    bool failed = false;
    std::string type;
    std::string message;
};

namespace bridge32::c_interface {

namespace {

std::vector<bridge32_buffer> as_buffers(std::span<const bridge32_attachment> attachments) {
    std::vector<bridge32_buffer> buffers;
    buffers.reserve(attachments.size());
    for (const auto& attachment : attachments)
        buffers.push_back({attachment.data, attachment.size});
    return buffers;
}

class Function final : public LocalFunction {
public:
    Function(bridge32_function function, void* context) : function_(function), context_(context) {}

    void run(std::string_view arguments, std::span<const bridge32_attachment> attachments,
             Encoder& out) override {
        const std::string text(check_value(arguments, attachments, nullptr));
        if (!text.starts_with('[')) throw CodecError("the arguments are not an array");
        const auto buffers = as_buffers(attachments);
        bridge32_answer answer;
        function_(context_, text.c_str(), buffers.data(), static_cast<uint32_t>(buffers.size()),
                  &answer);
        if (answer.failed) throw RemoteError(answer.type, answer.message, "callback");
        // The message has no other attachments, so the caller's numbers are right.
        for (auto& buffer : answer.buffers) {
            const auto& kept = out.keep(std::move(buffer));
            out.attach(kept.data(), kept.size());
        }
        out.text() += answer.json;
    }

private:
    bridge32_function function_;
    void* context_;
};

/// A handler of events of one name, or of all events.
class EventHandler final : public LocalFunction {
public:
    EventHandler(std::shared_ptr<Gate> gate, std::string name, bridge32_event_function function,
                 void* context)
        : gate_(std::move(gate)), name_(std::move(name)), function_(function), context_(context) {}

    void run(std::string_view arguments, std::span<const bridge32_attachment> attachments,
             Encoder&) override {
        check_value(arguments, attachments, nullptr);
        std::string name = name_;
        const std::string value = name.empty() ? value_after(name, arguments) : one(arguments);
        const auto buffers = as_buffers(attachments);
        gate_->pass([&] {
            function_(context_, name.c_str(), value.c_str(), buffers.data(),
                      static_cast<uint32_t>(buffers.size()));
        });
    }

private:
    /// From [name, value], which handlers of all events receive.
    static std::string value_after(std::string& name, std::string_view arguments) {
        protocol::Items items(arguments);
        name = decode<std::string>(items.next().value(), {});
        return std::string(items.next().value());
    }
    /// A single argument itself; null for none; several as an array.
    static std::string one(std::string_view arguments) {
        std::size_t count = 0;
        std::string_view only = "null";
        protocol::Items items(arguments);
        for (; const auto item = items.next(); ++count)
            only = *item;
        return std::string(count > 1 ? arguments : only);
    }

    std::shared_ptr<Gate> gate_;
    std::string name_;
    bridge32_event_function function_;
    void* context_;
};

void require_function(bool given) {
    if (!given) throw InvalidArgument("the function is null");
}

}  // namespace

}  // namespace bridge32::c_interface

using namespace bridge32::c_interface;

int32_t bridge32_client_add_function(bridge32_client* client, bridge32_function function,
                                     void* context, uint64_t* id, char** error) {
    return guarded(error, [&] {
        require(id, "where to put the function's number");
        *id = 0;
        const ClientUse use(client);
        require_function(function != nullptr);
        const auto added = use.core().add_long_lived(std::make_shared<Function>(function, context));
        {
            const std::lock_guard lock(use->mutex);
            if (!use->closed) *id = *use->functions.insert(added).first;
        }
        if (*id != 0) return;
        use.core().remove_long_lived(added);
        throw bridge32::ConnectionClosed("the client was closed: it cannot be used any more");
    });
}

void bridge32_client_remove_function(bridge32_client* client, uint64_t id) {
    guarded(nullptr, [&] {
        const ClientUse use(client);
        if (!use.core().in_own_process()) return;
        {
            const std::lock_guard lock(use->mutex);
            use->functions.erase(id);
        }
        use.core().remove_long_lived(id);
    });
}

int32_t bridge32_client_on_event(bridge32_client* client, const char* name,
                                 bridge32_event_function function, void* context, char** error) {
    return guarded(error, [&] {
        const ClientUse use(client);
        require_function(function != nullptr);
        const std::string its_name = name == nullptr ? "" : name;
        use.core().on_event(its_name,
                            std::make_shared<EventHandler>(use->gate, its_name, function, context));
    });
}

int32_t bridge32_answer_return(bridge32_answer* answer, const char* result,
                               const bridge32_buffer* buffers, uint32_t buffer_count,
                               char** error) {
    return guarded(error, [&] {
        require(answer, "the answer");
        require(result, "the result");
        const auto given = read_buffers(buffers, buffer_count);
        std::string json(check_value(result, given, nullptr));
        std::vector<std::string> copies;
        copies.reserve(given.size());
        for (const auto& buffer : given) {
            const auto* const data = static_cast<const char*>(buffer.data);
            copies.emplace_back(data, data + static_cast<std::size_t>(buffer.size));
        }
        answer->json = std::move(json);
        answer->buffers = std::move(copies);
        answer->failed = false;
    });
}

void bridge32_answer_fail(bridge32_answer* answer, const char* type, const char* message) {
    if (answer == nullptr) return;
    guarded(nullptr, [&] {
        answer->failed = true;
        answer->type = type == nullptr || *type == '\0' ? "Error" : type;
        answer->message = message == nullptr ? "" : message;
    });
}
