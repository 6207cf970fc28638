// A whole session of a host with a plugin, and a client that sends what the input says: it ends,
// each request gets one reply, which a client can read, and what is echoed is what was sent.
#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/protocol/reply.hpp>
#include <bridge32/internal/protocol/request.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "host32/session/session.hpp"
#include "values.hpp"

namespace bridge32::fuzz {

namespace {

using namespace std::chrono_literals;

struct Plugins {
    host::PluginRegistry registry{
        {std::filesystem::read_symlink("/proc/self/exe").parent_path() / "plugins"},
        {},
        {},
        {.allow_unsafe = true}};
    // Holds the plugin in memory between the inputs.
    std::shared_ptr<hosting::PluginInstance> one = registry.open("fuzzed", {});
    host::WorkerPool pool{1};
};

/// What a host may send, after what a client has.
class Model {
public:
    explicit Model(const std::deque<Sent>& sent) : sent_(sent) {}

    void see(const wire::Message& message) {
        const auto attachments = message.attachments();
        switch (message.kind()) {
            case wire::FrameKind::kReply:
                reply(message.call_id(), message.json(), attachments);
                return;
            case wire::FrameKind::kEvent:
                require(message.call_id() == 0, "an event has no number");
                require_valid(message.json(), attachments);
                return;
            case wire::FrameKind::kCallback:
                require(message.call_id() > last_invocation_, "callbacks have new numbers");
                last_invocation_ = message.call_id();
                require_valid(message.json(), attachments);
                return;
            default:
                require(false, "a host sends frames of its kinds");
        }
    }

    /// The host has read everything, and goes on.
    void require_all_answered() const {
        std::map<std::uint64_t, int> wanted;
        std::set<std::uint64_t> cancelled;
        for (const Sent& sent : sent_) {
            if (wants_reply(sent)) ++wanted[sent.envelope.call_id];
            if (sent.envelope.kind == wire::FrameKind::kCancel) {
                cancelled.insert(sent.envelope.call_id);
            }
        }
        for (const auto& [id, count] : wanted) {
            const auto found = replies_.find(id);
            require(cancelled.count(id) != 0 || (found != replies_.end() && found->second == count),
                    "each request has its reply");
        }
    }

private:
    static bool wants_reply(const Sent& sent) {
        switch (sent.envelope.kind) {
            case wire::FrameKind::kOpen:
            case wire::FrameKind::kClose:
                return true;
            case wire::FrameKind::kRequest:
                return (sent.envelope.flags & wire::kNoReply) == 0;
            default:
                return false;
        }
    }

    void reply(std::uint64_t id, std::string_view json,
               std::span<const bridge32_attachment> attachments) {
        const bool result = json.starts_with(protocol::kResultBegin);
        require(result || json.starts_with(R"({"error":)"), "a reply is a result or an error");
        require_valid(json, attachments);
        // What breaks the protocol is answered under the number that it came with.
        const bool broken = json.starts_with(R"({"error":{"type":"ProtocolError")");
        bool opens = false;
        int wanted = 0;
        const Sent* only = nullptr;
        for (const Sent& sent : sent_) {
            if (sent.envelope.call_id != id || !wants_reply(sent)) continue;
            only = ++wanted == 1 ? &sent : nullptr;
            opens = opens || sent.envelope.kind == wire::FrameKind::kOpen;
        }
        const int replies = ++replies_[id];
        if (broken) return;
        require(replies <= wanted, "a reply answers a request");
        if (opens && result) {
            require(only == nullptr || !opened_, "a channel is opened once");
            opened_ = true;
        }
        if (only == nullptr) return;
        if (only->envelope.kind == wire::FrameKind::kRequest) {
            require(opened_, "a plugin is opened before it is called");
            if (result) check_echo(*only, json, attachments);
        }
    }

    static void check_echo(const Sent& sent, std::string_view json,
                           std::span<const bridge32_attachment> attachments) {
        std::vector<bridge32_attachment> given;
        for (const auto& part : sent.memory)
            given.push_back({part.data(), part.size()});
        protocol::RequestView request;
        request.read(sent.json, given);
        if (request.kind() != protocol::RequestKind::call || request.name() != "echo") return;
        const auto [args, kwargs] = request.arguments();
        if (!kwargs.empty() && depth_of(kwargs) > 0 && kwargs != "{}") return;
        const auto all = decode<Json>(args, given);
        const auto value = protocol::ReplyView(json, attachments).result<Json>();
        require(all.size() == 1 && text(all[0]) == text(value), "an echo is what was sent");
    }
    /// As text, because a NaN is not equal to itself.
    static std::string text(const Json& value) {
        return value.dump(-1, ' ', false, Json::error_handler_t::replace);
    }

    const std::deque<Sent>& sent_;
    std::map<std::uint64_t, int> replies_;
    std::uint64_t last_invocation_ = 0;
    bool opened_ = false;
};

/// The session, and the client at its other end, which this thread is too.
class Run {
public:
    explicit Run(Input& input) : input_(input) {
        peer_.on_message = [this](const wire::Message& message) { model_.see(message); };
        auto attached = wire::Channel::attach(peer_.channel().link_to_new_host(), nullptr);
        channel_ = attached.get();
        const wire::Doorbell bell = attached->own_bell();
        endpoint_ = std::make_shared<host::Endpoint>(std::move(attached), bell);
        endpoint_->limit_patience(0ms, [this] { return !act_meanwhile(); });
        session_.emplace(endpoint_, plugins().registry, plugins().pool);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { endpoint_->close(); }

    void run() {
        try {
            if (input_.number<std::uint8_t>() % 4 == 0) {
                peer_.send({wire::FrameKind::kOpen, 0, ++calls_}, input_);
            } else {
                peer_.send({wire::FrameKind::kOpen, 0, ++calls_}, R"({"plugin":"fuzzed"})");
            }
            while (!input_.empty())
                step();
        } catch (const Error&) {  // the peer's own end
        }
        serve(3000);
        endpoint_->flush();
        peer_.drain();
        if (peer_.honest() && !session_->finished() && !session_->ready()) {
            model_.require_all_answered();
        }
    }

private:
    static Plugins& plugins() {
        static Plugins plugins;
        return plugins;
    }

    void serve(int most) {
        for (; most > 0 && session_->ready() && !session_->finished(); --most) {
            serving_ = true;
            session_->serve();
            serving_ = false;
            endpoint_->flush();
            peer_.drain();
        }
    }

    void step() {
        switch (input_.number<std::uint8_t>() % 16) {
            case 0:
                peer_.poke(input_, 128, sizeof(wire::ChannelHeader) - 128);
                return;
            case 1:
                peer_.poke(input_, wire::kRingsOffset, 16'384);
                return;
            case 2:
                if (!serving_) serve(1000);
                return;
            case 8:
                peer_.tamper(input_);
                return;
            case 9: {
                const auto before = peer_.sent().size();
                peer_.repeat(input_);
                calls_ += peer_.sent().size() - before;
                return;
            }
            case 10:
                calls_back_ = 100;
                return;
            default:
                peer_.send(input_, ++calls_);
        }
    }

    /// While the host waits for the answer to a callback: the next step, which may be that, or one
    /// more call in the course of each callback. False if the host has nothing to read.
    bool act_meanwhile() {
        try {
            peer_.drain();
            if (calls_back_ > 0) {
                --calls_back_;
                peer_.send({wire::FrameKind::kRequest, 0, ++calls_, peer_.last_invocation()},
                           R"({"method":"apply","args":[{"$callback":{"id":5}},1]})");
            }
            while (!channel_->ready() && !input_.empty())
                step();
        } catch (const Error&) {  // the peer's own end
        }
        return channel_->ready();
    }

    Input& input_;
    Peer peer_{wire::Channel::create(16'384, wire::WaitMode::kSpin), Peer::Plays::kClient};
    Model model_{peer_.sent()};
    wire::Channel* channel_ = nullptr;
    std::shared_ptr<host::Endpoint> endpoint_;
    std::optional<host::Session> session_;
    std::uint64_t calls_ = 0;
    int calls_back_ = 0;
    bool serving_ = false;
};

}  // namespace

void fuzz(Input input) { Run(input).run(); }

}  // namespace bridge32::fuzz
