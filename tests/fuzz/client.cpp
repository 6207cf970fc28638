// A whole client, with typed calls, batches, events and the C interface, and a host that sends what
// the input says: each call ends, with a value or an Error, and a C caller gets valid values only.
#include "client/c_interface/client.hpp"

#include <bridge32/bridge32.h>

#include <bridge32/codec.hpp>
#include <bridge32/internal/client/calls.hpp>
#include <map>
#include <optional>
#include <utility>

#include "client/core/core.hpp"
#include "client/hosts/channel_backend.hpp"
#include "steps.hpp"

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
          peer_(wire::Channel::attach(endpoint().channel().link_to_new_host(), nullptr)) {
        send_open(options);
        const auto id = peer_.drain();
        if (input.number<std::uint8_t>() % 4 == 0) {
            peer_.send({wire::FrameKind::kReply, 0, id}, input);
        } else {
            peer_.channel().try_send({wire::FrameKind::kReply, 0, id}, kOpened, {});
        }
        if (!finish_open(Clock::now(), 1)) throw StartupError("no answer");
    }

    Peer& peer() noexcept { return peer_; }

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

    void end_broken() noexcept override {}
    [[noreturn]] void throw_peer_gone(std::string_view method, Noticed when,
                                      std::uint64_t call_id) override {
        if (ended_) throw ConnectionClosed("it was shut down");
        throw_crashed({"the host", {}, std::nullopt, false}, method, when, call_id);
    }

    Peer peer_;
    bool ended_ = false;
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

/// What a C caller gets can be read by anybody: every buffer that it names is there.
void require_valid(const char* json, std::span<const bridge32_attachment> buffers) {
    try {
        decode<Json>(std::string_view(json), buffers);
    } catch (const CodecError& e) {
        // C callers get integers of any size, which C++ has no type for.
        require(std::string_view(e.what()).find("64 bits") != std::string_view::npos, e.what());
    }
}

std::vector<bridge32_attachment> as_attachments(const bridge32_buffer* buffers,
                                                std::uint32_t count) {
    std::vector<bridge32_attachment> result;
    for (std::uint32_t i = 0; i < count; ++i)
        result.push_back({buffers[i].data, buffers[i].size});
    return result;
}

void take_reply(std::int32_t status, bridge32_reply* reply) {
    require(status <= BRIDGE32_STATUS_CONNECTION_CLOSED, "a status that a caller can expect");
    if (reply == nullptr) return;
    std::vector<bridge32_attachment> buffers;
    for (std::uint32_t i = 0; i < bridge32_reply_buffer_count(reply); ++i) {
        std::uint64_t size = 0;
        const void* const data = bridge32_reply_buffer(reply, i, &size);
        buffers.push_back({data, size});
    }
    require_valid(bridge32_reply_json(reply), buffers);
    bridge32_reply_free(reply);
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
        while (!input_.empty() && steps_ < 64)
            step();
    }

private:
    void step() {
        ++steps_;
        const auto next = host_->peer().drain() + 1;
        const auto what = input_.number<std::uint8_t>() % 32;
        try {
            if (what < 16) {
                host_->peer().send(input_, next);
            } else if (what == 16) {
                host_->peer().poke(input_, 68, sizeof(wire::ChannelHeader) - 68);
            } else if (what == 17) {
                host_->peer().poke(input_, wire::kCrashOffset, wire::kCrashBytes);
            } else if (what == 18) {
                host_->peer().poke(input_, wire::kRingsOffset + 8192, 8192);
            } else {
                act(what);
            }
        } catch (const Error&) {
        }
    }

    void act(int what) {
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
                run_nested();
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
                take_reply(bridge32_client_call(handle_, "m", args.c_str(), nullptr, nullptr, 0, 0,
                                                &reply, nullptr),
                           reply);
                return;
            }
            case 29: {
                bridge32_pending* pending = nullptr;
                bridge32_client_start(handle_, "m", "[]", nullptr, nullptr, 0, 0, &pending,
                                      nullptr);
                run_nested();
                bridge32_reply* reply = nullptr;
                if (pending != nullptr) {
                    take_reply(bridge32_pending_get(pending, &reply, nullptr), reply);
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
            default:
                core_->shutdown();
        }
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

    /// In a function that the host calls: the next step, which may be another call.
    void run_nested() {
        if (!input_.empty() && steps_ < 64) step();
    }

    Input& input_;
    std::shared_ptr<Core> core_;
    FuzzedHost* host_ = nullptr;
    bridge32_client* handle_ = nullptr;
    int steps_ = 0;
};

}  // namespace

void fuzz(Input input) {
    try {
        Client(input).run();
    } catch (const Error&) {  // it did not open
    }
}

}  // namespace bridge32::fuzz
