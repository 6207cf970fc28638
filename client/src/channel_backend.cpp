#include "channel_backend.hpp"

#include <limits>
#include <utility>

#include "bridge32/error.hpp"
#include "wire/error_json.hpp"

namespace bridge32::client {

namespace {

wire::WaitMode wire_mode(Wait wait) {
    switch (wait) {
        case Wait::spin:
            return wire::WaitMode::kSpin;
        case Wait::block:
            return wire::WaitMode::kBlock;
        case Wait::adaptive:
            break;
    }
    return wire::WaitMode::kAdaptive;
}

std::unique_ptr<wire::Channel> make_channel(const ClientOptions& options) {
    if (options.ring_bytes > std::numeric_limits<std::uint32_t>::max()) {
        throw StartupError("ring_bytes is " + std::to_string(options.ring_bytes) +
                           ": it must be a power of two from " +
                           std::to_string(wire::kMinRingBytes) + " to " +
                           std::to_string(wire::kMaxRingBytes));
    }
    try {
        return wire::Channel::create(static_cast<std::uint32_t>(options.ring_bytes),
                                     wire_mode(options.wait));
    } catch (const Error& e) {
        throw StartupError(e.what());
    }
}

}  // namespace

ChannelBackend::ChannelBackend(std::string plugin, const ClientOptions& options,
                               std::function<bool()> peer_alive)
    : plugin_(std::move(plugin)), connection_(make_channel(options), std::move(peer_alive)) {}

void ChannelBackend::start(PendingExchange& exchange, std::string_view method,
                           Clock::time_point deadline) {
    try {
        if (!connection_.send(wire::FrameKind::kRequest, 0, exchange.request.text(),
                              exchange.request.attachments(), &exchange.pending, deadline)) {
            throw TimeoutError(plugin_ + "." + std::string(method) +
                               ": the host did not even take the request in time: it is busy with "
                               "earlier ones");
        }
    } catch (const PeerGone&) {
        throw_peer_gone(method, Noticed::kBeforeTheCall);
    }
}

bool ChannelBackend::wait(PendingExchange& exchange, std::string_view method,
                          Clock::time_point deadline) {
    try {
        if (!connection_.wait(exchange.pending, deadline)) return false;
    } catch (const PeerGone&) {
        connection_.abandon(exchange.pending);
        throw_peer_gone(method, Noticed::kDuringTheCall);
    } catch (...) {
        connection_.abandon(exchange.pending);
        throw;
    }
    const wire::Message& message = exchange.pending.message;
    if (!message.readable()) {
        throw RemoteError("ResultTooLarge",
                          "the result's memory is not to be had: " + message.unreadable_reason(),
                          plugin_ + "." + std::string(method));
    }
    exchange.reply_json = message.json();
    exchange.reply_attachments = message.attachments();
    if (wire::is_error_reply(exchange.reply_json)) wire::throw_error_reply(exchange.reply_json);
    return true;
}

void ChannelBackend::abandon(PendingExchange& exchange) noexcept {
    connection_.abandon(exchange.pending);
}

void ChannelBackend::notify(PendingExchange& exchange) {
    try {
        connection_.send(wire::FrameKind::kRequest, wire::kNoReply, exchange.request.text(),
                         exchange.request.attachments(), nullptr, Clock::time_point::max());
    } catch (const PeerGone&) {
        throw_peer_gone("notify", Noticed::kBeforeTheCall);
    }
}

void ChannelBackend::send_open(const ClientOptions& options) {
    if (!options.kwargs.is_object() && !options.kwargs.is_null()) {
        throw InvalidArgument(
            "kwargs must be an object of named values, not " + options.kwargs.dump().substr(0, 100),
            plugin_);
    }
    Encoder& request = open_.request;
    try {
        request.text() += "{\"plugin\":";
        request.value(plugin_);
        request.text() += ",\"kwargs\":";
        request.value(options.kwargs.is_null() ? Json::object() : options.kwargs);
        request.text() += "}";
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the plugin's name and kwargs cannot be sent: ") + e.what(), plugin_);
    }
    connection_.send(wire::FrameKind::kOpen, 0, request.text(), request.attachments(),
                     &open_.pending, Clock::now() + options.startup_timeout);
}

bool ChannelBackend::finish_open(Clock::time_point deadline) {
    if (!connection_.wait(open_.pending, deadline)) return false;
    const std::string_view json = open_.pending.message.json();
    if (wire::is_error_reply(json)) wire::throw_error_reply(json);
    try {
        const Json result = Json::parse(json).at("result");
        info_.version = result.at("host").get<std::string>();
        info_.pid = result.at("pid").get<std::uint32_t>();
        info_.bits = result.at("bits").get<int>();
        info_.plugin = result.at("plugin").at("name").get<std::string>();
        info_.plugin_path = result.at("plugin").at("path").get<std::string>();
    } catch (const Json::exception& e) {
        throw ProtocolError(std::string("the host introduced itself wrongly: ") + e.what());
    }
    return true;
}

bool ChannelBackend::close(Clock::time_point deadline) noexcept {
    try {
        PendingExchange exchange;
        if (!connection_.send(wire::FrameKind::kClose, 0, "{}", {}, &exchange.pending, deadline)) {
            return false;
        }
        const bool answered = connection_.wait(exchange.pending, deadline);
        connection_.abandon(exchange.pending);
        return answered;
    } catch (const PeerGone&) {
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace bridge32::client
