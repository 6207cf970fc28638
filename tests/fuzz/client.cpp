// A whole client, with typed calls, batches, events and the C interface, and a host that sends what
// the input says: each call ends, with a value that this host has sent or an Error; a C caller gets
// valid values only; functions nest no deeper than is promised; and what the client sends is JSON,
// with at most one answer to each callback.
#include "client/c_interface/client.hpp"

#include <bridge32/bridge32.h>
#include <bridge32/extensions.h>

#include <algorithm>
#include <bridge32/codec.hpp>
#include <bridge32/internal/client/calls.hpp>
#include <bridge32/internal/support/scope_guard.hpp>
#include <map>
#include <optional>
#include <utility>

#include "client/core/core.hpp"
#include "client/hosts/channel_backend.hpp"
#include "steps.hpp"
#include "values.hpp"

namespace fuzzed {

struct Point {
    double x;
    bool on;
    char name[6];
};
BRIDGE32_STRUCT(Point, x, on, name)

}  // namespace fuzzed

namespace bridge32::fuzz {

namespace {

using namespace std::chrono_literals;
using client::ChannelBackend;
using client::Core;
using client::Inbound;

/// The backend of the client, and the host at the other end, which this thread is too.
class FuzzedHost : public ChannelBackend {
public:
    FuzzedHost(const client::BackendOptions& options, std::shared_ptr<Inbound> inbound,
               Input& input)
        : ChannelBackend("fuzzed", options, std::move(inbound), [] { return true; }),
          peer_(wire::Channel::attach(endpoint().channel().link_to_new_host(), nullptr),
                Peer::Plays::kHost) {
        peer_.on_message = [this](const wire::Message& message) { check(message); };
        send_open(options);
        const auto id = peer_.drain();
        if (input.number<std::uint8_t>() % 4 == 0) {
            peer_.send({wire::FrameKind::kReply, 0, id}, input);
        } else {
            peer_.send({wire::FrameKind::kReply, 0, id}, kOpened);
        }
        if (!finish_open(Clock::now(), 1)) throw StartupError("no answer");
    }

    Peer& peer() noexcept { return peer_; }

    /// One of the replies to call `id` has it, if the host was honest and the number is known.
    template <class Matches>
    void require_sent(std::uint64_t id, const Matches& matches) {
        peer_.drain();
        if (!peer_.honest() || !in_order_) return;
        for (const Sent& sent : peer_.sent()) {
            if (sent.envelope.kind != wire::FrameKind::kReply || sent.envelope.call_id != id) {
                continue;
            }
            std::vector<bridge32_attachment> attachments;
            for (const auto& part : sent.memory)
                attachments.push_back({part.data(), part.size()});
            try {
                if (matches(protocol::ReplyView(sent.json).result_text(), attachments)) return;
            } catch (const Error&) {
            }
        }
        require(false, "a result is what the host has sent");
    }

    void terminate() override { endpoint().peer_died(); }
    Streams shutdown(std::chrono::milliseconds) override {
        if (!std::exchange(ended_, true)) {
            close(Clock::now());
            endpoint().peer_died();
        }
        return {};
    }
    bool crashed() const noexcept override { return !ended_ && endpoint().peer_gone(); }

private:
    static constexpr std::string_view kOpened =
        R"({"result":{"host":"h","pid":1,"bits":32,"plugin":{"name":"p","path":"/p"}}})";

    void check(const wire::Message& message) {
        const auto kind = message.kind();
        require(Json::accept(message.json()), "what a client sends is JSON");
        if (kind == wire::FrameKind::kCallbackReply) {
            const auto id = message.call_id();
            const auto calls =
                std::count_if(peer_.sent().begin(), peer_.sent().end(), [&](const Sent& sent) {
                    return sent.envelope.kind == wire::FrameKind::kCallback &&
                           sent.envelope.call_id == id;
                });
            require(++answers_[id] <= calls, "a callback has one answer");
            return;
        }
        require(kind == wire::FrameKind::kOpen || kind == wire::FrameKind::kRequest ||
                    kind == wire::FrameKind::kClose || kind == wire::FrameKind::kCancel,
                "a client sends frames of its kinds");
        if (kind == wire::FrameKind::kCancel) return;
        require(message.call_id() > last_request_, "each request has a number of its own");
        in_order_ = in_order_ && message.call_id() == last_request_ + 1;
        last_request_ = message.call_id();
    }

    void end_broken() noexcept override {}
    [[noreturn]] void throw_peer_gone(std::string_view method, Noticed when,
                                      std::uint64_t call_id) override {
        if (ended_) throw ConnectionClosed("it was shut down");
        throw_crashed({"the host", {}, std::nullopt, false}, method, when, call_id);
    }

    Peer peer_;
    bool ended_ = false;
    std::map<std::uint64_t, std::ptrdiff_t> answers_;  // by callback
    std::uint64_t last_request_ = 0;
    bool in_order_ = true;
};

class Calls : public bridge32::Calls<Calls> {
public:
    explicit Calls(std::shared_ptr<Core> core) : core_(std::move(core)) {}

private:
    friend class bridge32::Calls<Calls>;
    detail::Caller& caller() const noexcept { return *core_; }
    std::shared_ptr<detail::Caller> shared_caller() const noexcept { return core_; }
    static detail::Timeout timeout() noexcept { return 0ms; }

    std::shared_ptr<Core> core_;
};

std::vector<bridge32_attachment> as_attachments(const bridge32_buffer* buffers,
                                                std::uint32_t count) {
    std::vector<bridge32_attachment> result;
    for (std::uint32_t i = 0; i < count; ++i)
        result.push_back({buffers[i].data, buffers[i].size});
    return result;
}

/// As text, because a NaN is not equal to itself.
std::string text_of(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool equal(const bridge32_attachment& a, const bridge32_attachment& b) {
    return a.size == b.size &&
           (a.size == 0 || std::memcmp(a.data, b.data, static_cast<std::size_t>(a.size)) == 0);
}

/// The client and what the input does with it.
class Client {
public:
    explicit Client(Input& input) : input_(input) {
        client::BackendOptions options;
        options.structs = "{}";
        options.ring_bytes = 8192;
        options.wait = Wait::spin;
        options.dispatch = Dispatch::poll;
        options.call_timeout = 0ms;
        options.shutdown_timeout = 0ms;
        core_ = Core::make("fuzzed", options, [&](const std::shared_ptr<Inbound>& inbound) {
            auto host = std::make_shared<FuzzedHost>(options, inbound, input_);
            host_ = host.get();
            return host;
        });
        auto open = std::make_unique<c_interface::OpenClient>();
        open->gate = std::make_shared<c_interface::Gate>();
        open->core = core_;
        handle_ = c_interface::add_client(std::move(open));
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { bridge32_client_close(handle_); }

    void run() {
        while (!input_.empty())
            step();
        host_->peer().drain();
    }

private:
    void step() {
        const auto next = host_->peer().drain() + 1;
        const auto what = input_.number<std::uint8_t>() % 48;
        try {
            if (what < 16) {
                host_->peer().send(input_, next);
            } else if (what == 16) {
                host_->peer().poke(input_, 68, sizeof(wire::ChannelHeader) - 68);
            } else if (what == 17) {
                host_->peer().poke(input_, wire::kCrashOffset, wire::kCrashBytes);
            } else if (what == 18) {
                host_->peer().poke(input_, wire::kRingsOffset + 8192, 8192);
            } else if (what == 32) {
                host_->peer().tamper(input_);
            } else if (what == 33) {
                host_->peer().repeat(input_);
            } else {
                act(what, next);
            }
        } catch (const Error&) {
        }
    }

    void act(int what, std::uint64_t next) {
        const Calls calls(core_);
        const auto again = [this] { run_nested(); };
        switch (what) {
            case 19:
                calls.call("m", 1);
                return;
            case 20:
                calls.call<std::vector<double>>("m", again);
                return;
            case 21:
                calls.get<std::map<std::string, std::optional<Bytes>>>("p");
                return;
            case 22:
                for (const auto& result : calls.batch().call("m", 1).get("p").send()) {
                    try {
                        result.get();
                    } catch (const Error&) {
                    }
                }
                return;
            case 23:
                calls.describe();
                return;
            case 24: {
                auto future = calls.async<NdArray<const double>>("m", again);
                run_meanwhile();
                future.get();
                return;
            }
            case 25:
                calls.notify("m");
                return;
            case 26:
                core_->on_event("e",
                                std::make_shared<detail::TypedFunction<decltype(again)>>(again));
                return;
            case 27:
                core_->poll(0ms);
                return;
            case 28: {
                bridge32_reply* reply = nullptr;
                const std::string args = R"([{"$callback":{"id":)" + std::to_string(function()) +
                                         R"(,"long_lived":true}}])";
                const auto status = bridge32_client_call(handle_, "m", args.c_str(), nullptr,
                                                         nullptr, 0, 0, &reply, nullptr);
                take_reply(status, reply, next);
                return;
            }
            case 29: {
                bridge32_pending* pending = nullptr;
                bridge32_client_start(handle_, "m", "[]", nullptr, nullptr, 0, 0, &pending,
                                      nullptr);
                run_meanwhile();
                bridge32_reply* reply = nullptr;
                if (pending != nullptr) {
                    const auto status = bridge32_pending_get(pending, &reply, nullptr);
                    take_reply(status, reply, next);
                }
                bridge32_pending_free(pending);
                return;
            }
            case 30:
                bridge32_client_on_event(
                    handle_, nullptr,
                    [](void* self, const char*, const char* value, const bridge32_buffer* buffers,
                       std::uint32_t count) {
                        require_valid(value, as_attachments(buffers, count));
                        static_cast<Client*>(self)->run_nested();
                    },
                    this, nullptr);
                return;
            case 31:
                core_->shutdown();
                return;
            case 34:
            case 35:
                call_untyped(next, again);
                return;
            case 36:
                deep_ = true;
                return;
            case 37:
                calls.call<std::vector<fuzzed::Point>>("m");
                return;
            case 38:
                calls.call<Bytes>("m", again);
                return;
            case 39:
                calls.call<std::map<std::string, NdArray<const std::int32_t>>>("m");
                return;
            default:
                host_->peer().send(input_, next);
        }
    }

    template <class Again>
    void call_untyped(std::uint64_t next, const Again& again) {
        const auto value = Calls(core_).call<Json>("m", again);
        host_->require_sent(next, [&](std::string_view json, const auto& attachments) {
            return text_of(decode<Json>(json, attachments)) == text_of(value);
        });
    }

    /// What a C caller gets can be read by anybody, and is what was sent.
    void take_reply(std::int32_t status, bridge32_reply* reply, std::uint64_t id) {
        require(status <= BRIDGE32_STATUS_CONNECTION_CLOSED, "a status that a caller can expect");
        if (reply == nullptr) return;
        std::vector<bridge32_attachment> buffers;
        for (std::uint32_t i = 0; i < bridge32_reply_buffer_count(reply); ++i) {
            std::uint64_t size = 0;
            const void* const data = bridge32_reply_buffer(reply, i, &size);
            buffers.push_back({data, size});
        }
        const std::string_view json = bridge32_reply_json(reply);
        require_valid(json, buffers);
        host_->require_sent(id, [&](std::string_view sent, const auto& attachments) {
            return sent == json && std::equal(buffers.begin(), buffers.end(), attachments.begin(),
                                              attachments.end(), equal);
        });
        bridge32_reply_free(reply);
    }

    /// A function of the C interface's.
    std::uint64_t function() {
        std::uint64_t id = 0;
        bridge32_client_add_function(
            handle_,
            [](void* self, const char* args, const bridge32_buffer* buffers, std::uint32_t count,
               bridge32_answer* answer) {
                require_valid(args, as_attachments(buffers, count));
                static_cast<Client*>(self)->run_nested();
                bridge32_answer_return(answer, args, buffers, count, nullptr);
            },
            this, &id, nullptr);
        return id;
    }

    /// While calls are under way: the next step.
    void run_meanwhile() {
        if (under_way_ == 16 || input_.empty()) return;
        ++under_way_;
        step();
        --under_way_;
    }

    /// In a function that the host calls: the next step, which may be another call; or one more
    /// call each time.
    void run_nested() {
        require(++depth_ <= int{BRIDGE32_MAX_CALL_DEPTH}, "functions nest no deeper");
        const detail::ScopeGuard leave([this] { --depth_; });
        if (deep_) {
            try {
                call_untyped(host_->peer().drain() + 1, [this] { run_nested(); });
            } catch (const Error&) {
            }
        } else if (!input_.empty()) {
            step();
        }
    }

    Input& input_;
    std::shared_ptr<Core> core_;
    FuzzedHost* host_ = nullptr;
    bridge32_client* handle_ = nullptr;
    bool deep_ = false;
    int depth_ = 0;
    int under_way_ = 0;
};

}  // namespace

void fuzz(Input input) {
    try {
        Client(input).run();
    } catch (const Error&) {  // it did not open
    }
}

}  // namespace bridge32::fuzz
