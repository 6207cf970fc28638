#include "session.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/json_reader.hpp"
#include "bridge32/version.hpp"
#include "wire/error_json.hpp"

namespace bridge32::host {

/// The record of the one call that a session runs.
class Session::Call : public bridge32_call {
public:
    Call(Session& session, std::uint64_t call_id, bool wants_reply) noexcept
        : session_(&session), call_id_(call_id), wants_reply_(wants_reply) {}

    std::int32_t reply(std::string_view json,
                       std::span<const bridge32_attachment> attachments) noexcept override {
        if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
        if (!wants_reply_) return BRIDGE32_OK;
        return session_->send_reply(call_id_, json, attachments);
    }

private:
    Session* session_;
    std::uint64_t call_id_;
    bool wants_reply_;
};

Session::Session(std::unique_ptr<wire::Channel> channel, PluginRegistry& registry)
    : channel_(std::move(channel)),
      registry_(&registry),
      client_(os::ProcessHandle::of(channel_->client_pid())) {}

Session::~Session() {
    instance_.reset();
    channel_->set_host_state(wire::HostState::kGone);
}

void Session::serve() {
    try {
        if (!channel_->receive(message_)) return;
        switch (message_.kind()) {
            case wire::FrameKind::kOpen:
                open();
                break;
            case wire::FrameKind::kRequest:
                request();
                break;
            case wire::FrameKind::kClose:
                close();
                break;
            default:
                throw ProtocolError("the client sent a frame of kind " +
                                    std::to_string(static_cast<unsigned>(message_.kind())) +
                                    ", which this host does not know");
        }
        message_.clear();
    } catch (const ProtocolError& e) {
        std::fprintf(stderr, "bridge32 host: session ended: %s\n", e.what());
        send_error("ProtocolError", e.what());
        finished_ = true;
    }
}

void Session::open() {
    if (instance_ != nullptr) throw ProtocolError("the client opened its channel twice");
    if (!message_.readable()) return send_error("PluginError", message_.unreadable_reason());
    std::string name;
    std::string_view kwargs = "{}";
    try {
        std::string scratch;
        Reader reader(message_.json());
        reader.enter_object();
        while (const auto key = reader.next_key(scratch)) {
            if (*key == "plugin") {
                name = reader.read_string(scratch);
            } else if (*key == "kwargs") {
                kwargs = reader.skip_value();
            } else {
                reader.skip_value();
            }
        }
        reader.finish();
    } catch (const CodecError& e) {
        throw ProtocolError(std::string("the client's first message is malformed: ") + e.what());
    }
    try {
        instance_ = registry_->open(name, kwargs, message_.attachments());
    } catch (const Error& e) {
        return send_error("PluginError", e.what());
    }
    const auto& module = instance_->module();
    const nlohmann::json result = {
        {"host", sizeof(void*) == 4 ? "host32 " BRIDGE32_VERSION : "host64 " BRIDGE32_VERSION},
        {"pid", os::own_pid()},
        {"bits", os::own_bits()},
        {"plugin", {{"name", module.name()}, {"path", module.file().string()}}}};
    const std::string json = nlohmann::json{{"result", result}}.dump(
        -1, ' ', false, nlohmann::json::error_handler_t::replace);
    send_reply(message_.call_id(), json, {});
}

void Session::request() {
    Call call(*this, message_.call_id(), (message_.flags() & wire::kNoReply) == 0);
    if (instance_ == nullptr)
        throw ProtocolError("the client sent a request before it opened a plugin");
    if (!message_.readable()) {
        call.reply(wire::error_reply("InvalidArgument",
                                     "the request's memory is not to be had in the host: " +
                                         message_.unreadable_reason(),
                                     instance_->module().name()),
                   {});
        return;
    }
    const auto json = message_.json();
    const auto attachments = message_.attachments();
    const bridge32_request request{
        sizeof(bridge32_request),
        (message_.flags() & wire::kNoReply) != 0 ? BRIDGE32_REQUEST_NO_REPLY : 0,
        message_.call_id(),
        json.data(),
        static_cast<std::uint32_t>(json.size()),
        static_cast<std::uint32_t>(attachments.size()),
        attachments.data()};
    instance_->call(call, request);
}

void Session::close() {
    instance_.reset();  // on_shutdown and the destructor run before the client is answered
    send_reply(message_.call_id(), R"({"result":null})", {});
    finished_ = true;
}

void Session::send_error(std::string_view type, std::string_view text) {
    send_reply(message_.call_id(), wire::error_reply(type, text, ""), {});
}

std::int32_t Session::send_reply(std::uint64_t call_id, std::string_view json,
                                 std::span<const bridge32_attachment> attachments) noexcept {
    try {
        if (!outbox_.empty() ||
            !channel_->try_send({wire::FrameKind::kReply, 0, call_id}, json, attachments)) {
            // The client does not read. Its requests are not read either until it does, so that
            // at most one message's replies wait here.
            Waiting waiting{call_id, std::string(json), {}};
            for (const auto& attachment : attachments) {
                waiting.attachments.emplace_back(static_cast<const char*>(attachment.data),
                                                 static_cast<std::size_t>(attachment.size));
            }
            outbox_.push_back(std::move(waiting));
            channel_->want_space(true);
        }
        return BRIDGE32_OK;
    } catch (const ProtocolError& e) {
        std::fprintf(stderr, "bridge32 host: session ended: %s\n", e.what());
        finished_ = true;
        return BRIDGE32_DISCONNECTED;
    } catch (const std::exception& e) {
        std::string reason = e.what();
        if (reason == std::bad_alloc().what()) reason = "the host is out of memory";
        // The reply itself is too large for this machine; the error is not.
        try {
            channel_->try_send(
                {wire::FrameKind::kReply, 0, call_id},
                wire::error_reply("RemoteError", "the result cannot be sent: " + reason, ""), {});
        } catch (const std::exception&) {
            finished_ = true;
        }
        return BRIDGE32_NOT_SENT;
    }
}

void Session::flush() {
    try {
        while (!outbox_.empty()) {
            const Waiting& waiting = outbox_.front();
            std::vector<bridge32_attachment> attachments;
            for (const auto& bytes : waiting.attachments) {
                attachments.push_back({bytes.data(), bytes.size()});
            }
            if (!channel_->try_send({wire::FrameKind::kReply, 0, waiting.call_id}, waiting.json,
                                    attachments)) {
                return;
            }
            outbox_.pop_front();
        }
        channel_->want_space(false);
    } catch (const Error& e) {
        std::fprintf(stderr, "bridge32 host: session ended: %s\n", e.what());
        finished_ = true;
        outbox_.clear();
    }
}

}  // namespace bridge32::host
