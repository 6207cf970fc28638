// One client's session: its channel, and its instance of a plugin.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loading/plugin_module.hpp"
#include "os/process.hpp"
#include "plugin_registry.hpp"
#include "wire/channel.hpp"

namespace bridge32::host {

/// Main thread only. The channel's peer is not trusted: whatever it writes, the worst that
/// happens is the end of this session.
class Session {
public:
    /// `channel` outlives nothing: the session owns it. `registry` outlives the session. Throws
    /// bridge32::Error when the client has gone already.
    Session(std::unique_ptr<wire::Channel> channel, PluginRegistry& registry);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    /// Shuts the plugin down and tells the client that the host has gone.
    ~Session();

    /// Is there a request, and room for its reply? Cheap, for spinning on.
    bool ready() const noexcept { return outbox_.empty() && channel_->ready(); }
    /// Serves the next request, if there is one.
    void serve();
    /// Replies wait because the client does not read.
    bool blocked() const noexcept { return !outbox_.empty(); }
    /// Sends what waits, as far as there is room.
    void flush();

    /// The client asked for the end, or broke the protocol, or has died.
    bool finished() const noexcept { return finished_; }
    bool client_alive() const noexcept { return client_.alive(); }
    wire::Channel& channel() noexcept { return *channel_; }

private:
    class Call;
    struct Waiting {
        std::uint64_t call_id;
        std::string json;
        std::vector<std::string> attachments;
    };

    void open();
    void request();
    void close();
    std::int32_t send_reply(std::uint64_t call_id, std::string_view json,
                            std::span<const bridge32_attachment> attachments) noexcept;
    void send_error(std::string_view type, std::string_view text);

    std::unique_ptr<wire::Channel> channel_;
    PluginRegistry* registry_;
    os::ProcessHandle client_;
    std::shared_ptr<loading::PluginInstance> instance_;
    wire::Message message_;
    std::deque<Waiting> outbox_;
    bool finished_ = false;
};

}  // namespace bridge32::host
