#include "client/hosts/channel_backend.hpp"

#include <cstdio>
#include <limits>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/callback.hpp"
#include "bridge32/internal/protocol/close.hpp"
#include "bridge32/internal/protocol/error.hpp"
#include "bridge32/internal/protocol/event.hpp"
#include "bridge32/internal/protocol/open.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/support/cancellation.hpp"
#include "bridge32/internal/support/scope_guard.hpp"
#include "bridge32/internal/support/thread_scope.hpp"
#include "client/hosts/time_limit.hpp"
#include "protocol/open_reply.hpp"
#include "protocol/throw_failure.hpp"

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

std::unique_ptr<wire::Channel> make_channel(const BackendOptions& options) {
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

/// A callback that this thread is running.
struct RunningCallback {
    using Scope = detail::ThreadScope<const RunningCallback>;

    const void* backend;
    std::uint64_t invocation;
    Scope scope{*this};
};

/// What a request that this thread sends through `backend` is part of; 0 for nothing.
std::uint64_t surrounding_callback(const void* backend) noexcept {
    const auto* const running = RunningCallback::Scope::find(
        [backend](const RunningCallback& candidate) { return candidate.backend == backend; });
    return running == nullptr ? 0 : running->invocation;
}

/// The host waits for the answer to a callback: it gets one also when the function ends this
/// thread, or its result cannot be sent.
struct Answering {
    Endpoint& endpoint;
    const os::OwnerProcess& owner;
    std::uint64_t invocation;
    mutable bool done = false;

    Answering(Endpoint& its_endpoint, const os::OwnerProcess& its_owner, std::uint64_t id)
        : endpoint(its_endpoint), owner(its_owner), invocation(id) {
        endpoint.callback_began();
    }
    Answering(const Answering&) = delete;
    Answering& operator=(const Answering&) = delete;
    ~Answering() {
        if (!done && owner.is_this()) endpoint.refuse(invocation);
        endpoint.callback_ended();
    }
};

}  // namespace

ChannelBackend::ChannelBackend(std::string plugin, const BackendOptions& options,
                               std::shared_ptr<Inbound> inbound, std::function<bool()> peer_alive)
    : plugin_(std::move(plugin)),
      inbound_(std::move(inbound)),
      endpoint_(
          make_channel(options), std::move(peer_alive),
          [this](wire::Message& message) { return take_stray(message); },
          [this] { end_broken(); }) {}

bool ChannelBackend::take_stray(wire::Message& message) {
    const bool wanted =
        message.kind() == wire::FrameKind::kEvent
            ? inbound_->has_event_handlers()
            : message.readable() &&
                  inbound_->functions().knows(protocol::CallbackView(message.json()).id());
    const auto& dispatcher = inbound_->dispatcher();
    if (!wanted || (!dispatcher.has_thread() && dispatcher.dispatch() == Dispatch::thread)) {
        return false;
    }
    // Nobody polls any more, and a plugin that shuts down may wait for its threads' callbacks.
    if (closing_ && dispatcher.dispatch() == Dispatch::poll) return false;
    // A std::function copies what it holds, and a message cannot be copied.
    const std::size_t bytes = message.capacity();
    auto shared = std::make_shared<wire::Message>(std::exchange(message, wire::Message()));
    auto task = [backend = weak_from_this(), shared] {
        const auto self = std::static_pointer_cast<ChannelBackend>(backend.lock());
        if (self == nullptr) return;
        try {
            self->run(*shared);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "bridge32: an event handler of %s threw: %s\n",
                         self->plugin_.c_str(), e.what());
        }
        BRIDGE32_DETAIL_PASS_CANCELLATION
        catch (...) {
            std::fprintf(stderr, "bridge32: an event handler of %s threw\n", self->plugin_.c_str());
        }
    };
    return inbound_->dispatcher().post_bounded(std::move(task), bytes);
}

template <class Run>
bool ChannelBackend::await(WaitingCall& call, Deadline deadline, const Run& run) {
    for (bool late = false;; late = Clock::now() >= deadline) {
        switch (endpoint_.wait(call, deadline)) {
            case Arrival::kReply:
                return true;
            case Arrival::kNothing:
                return false;
            case Arrival::kInvocation:
                break;
        }
        if (late) {
            endpoint_.leave_early(call);
            return false;
        }
        run(endpoint_.take_invocation(call));
    }
}

void ChannelBackend::run(const wire::Message& message, Deadline deadline) {
    if (message.kind() == wire::FrameKind::kCallback) return run_callback(message, deadline);
    if (message.readable() && inbound_->has_event_handlers()) run_event(message);
}

namespace {

/// A view of the message. One that is malformed ends the session: throws ProtocolError.
template <class View>
class Checked {
public:
    Checked(Endpoint& endpoint, const wire::Message& message) try : view_(message.json()) {
    } catch (const ProtocolError& e) {
        endpoint.break_off(e.what());
        throw;
    }
    const View& operator*() const noexcept { return view_; }

private:
    View view_;
};

}  // namespace

void ChannelBackend::run_event(const wire::Message& message) {
    const Checked<protocol::EventView> event(endpoint_, message);
    inbound_->run_event(*event, message.attachments());
}

void ChannelBackend::run_callback(const wire::Message& message, Deadline deadline) {
    const RunningCallback running{this, message.call_id()};
    const Answering answering{endpoint_, owner_, message.call_id()};
    Encoder reply;
    try {
        if (message.readable()) {
            const Checked<protocol::CallbackView> callback(endpoint_, message);
            inbound_->run_callback(*callback, message.attachments(), reply);
            if (!owner_.is_this())
                return;  // a child that the function has made: the parent replies
        } else {
            reply.text() =
                protocol::error_text({"InvalidArgument", message.unreadable_reason(), "callback"});
        }
        answering.done = endpoint_.send({wire::FrameKind::kCallbackReply, 0, message.call_id(), 0},
                                        reply.text(), reply.attachments(), deadline);
    } catch (const PeerGone&) {
        // The thread that waits for the call finds out.
    }
}

void ChannelBackend::start(detail::Call& call, std::string_view method, Deadline deadline) {
    auto& own = BackendCall::of(call);
    try {
        const wire::Envelope request{wire::FrameKind::kRequest, 0, 0, surrounding_callback(this)};
        if (!endpoint_.start(own.waiting, request, call.request.text(), call.request.attachments(),
                             own.waits, deadline)) {
            throw_not_accepted(plugin_, method);
        }
    } catch (const PeerGone&) {
        throw_peer_gone(method, Noticed::kBeforeTheCall, 0);
    }
}

bool ChannelBackend::wait(detail::Call& call, std::string_view method, Deadline deadline) {
    auto& own = BackendCall::of(call);
    try {
        const bool replied = await(own.waiting, deadline, [&](const wire::Message& invocation) {
            // Nobody waits any more when the thread ends in a function that the call runs.
            detail::ScopeGuard thread_ended(
                [&] { endpoint_.abandon(own.waiting, /*tell_host=*/true); });
            try {
                run(invocation, deadline);
            }
            BRIDGE32_DETAIL_PASS_CANCELLATION
            catch (...) {
                // The call goes on in the host; what the handler threw is thrown when it is over.
                if (own.handler_error == nullptr) {
                    own.handler_error = std::current_exception();
                }
            }
            thread_ended.dismiss();
            if (!owner_.is_this()) throw_not_owned(plugin_, method);  // what ran has made a child
        });
        if (!replied) return false;
    } catch (const PeerGone&) {
        throw_peer_gone(method, Noticed::kDuringTheCall, own.waiting.id());
    }
    if (own.handler_error != nullptr) {
        std::rethrow_exception(std::exchange(own.handler_error, nullptr));
    }
    const wire::Message& message = own.waiting.reply();
    if (!message.readable()) {
        throw RemoteError("ResultTooLarge",
                          "cannot allocate memory for the result: " + message.unreadable_reason(),
                          plugin_ + "." + std::string(method));
    }
    call.reply_json = message.json();
    call.reply_attachments = message.attachments();
    if (!call.reply_json.starts_with(protocol::kResultBegin)) read_failure(own);
    return true;
}

void ChannelBackend::read_failure(BackendCall& call) {
    try {
        call.read_failure();
    } catch (const ProtocolError& e) {
        endpoint_.break_off(e.what());
        throw;
    }
    // A host that reports this ends the session.
    if (call.failure.type == "ProtocolError") endpoint_.break_off(call.failure.message);
}

void ChannelBackend::abandon(detail::Call& call, bool tell_host) noexcept {
    endpoint_.abandon(BackendCall::of(call).waiting, tell_host);
}

void ChannelBackend::when_done(detail::Call& call, std::function<void()> task) {
    endpoint_.when_replied(
        BackendCall::of(call).waiting,
        [inbound = inbound_, task = std::move(task)] { inbound->dispatcher().post(task); });
}

detail::BlockShare ChannelBackend::make_block(std::uint64_t size) {
    auto block = endpoint_.channel().make_block(size);
    std::byte* const memory = block->data();
    return {memory, std::move(block)};
}

void ChannelBackend::notify(detail::Call& call) {
    try {
        const wire::Envelope request{wire::FrameKind::kRequest, wire::kNoReply, 0,
                                     surrounding_callback(this)};
        if (!endpoint_.send(request, call.request.text(), call.request.attachments(),
                            BackendCall::of(call).send_by)) {
            throw_not_accepted(plugin_, "notify");
        }
    } catch (const PeerGone&) {
        throw_peer_gone("notify", Noticed::kBeforeTheCall, 0);
    }
}

void ChannelBackend::send_open(const BackendOptions& options) {
    if (!options.kwargs.is_object() && !options.kwargs.is_null()) {
        throw InvalidArgument(
            "kwargs must be a JSON object, not " + options.kwargs.dump().substr(0, 100), plugin_);
    }
    Encoder& request = open_.request;
    try {
        protocol::write_open(request, plugin_,
                             options.kwargs.is_null() ? Json::object() : options.kwargs,
                             options.structs);
    } catch (const CodecError& e) {
        throw InvalidArgument(
            std::string("the plugin's name and kwargs cannot be sent: ") + e.what(), plugin_);
    }
    // The host's start takes a while: nobody reads meanwhile.
    endpoint_.start(open_.waiting, {wire::FrameKind::kOpen}, request.text(), request.attachments(),
                    Endpoint::Waits::kLater, deadline_after(options.startup_timeout));
}

bool ChannelBackend::finish_open(Clock::time_point deadline, std::uint32_t host_pid) {
    const auto run_it = [&](const wire::Message& invocation) { run(invocation, deadline); };
    if (!await(open_.waiting, deadline, run_it)) return false;
    const std::string_view json = open_.waiting.reply().json();
    if (protocol::is_error(json)) protocol::throw_failure(protocol::read_error(json));
    auto [host, its_own_pid, bits, plugin, plugin_path] = protocol::read_open_reply(json);
    info_ = {std::move(host), host_pid, bits, std::move(plugin), std::move(plugin_path)};
    return true;
}

void ChannelBackend::throw_if_link_lost(const std::string& what) {
    if (endpoint_.channel().link().intact()) return;
    throw ConnectionClosed(
        "the connection to the host is lost: something in this process closed a descriptor that it "
        "had not opened (closefrom?): " +
        what + " cannot be called");
}

void ChannelBackend::throw_crashed(const HostEnd& end, std::string_view method, Noticed when,
                                   std::uint64_t call_id) {
    throw crash_errors_.error(endpoint_.channel().crash_report(), end,
                              {plugin_, method, call_id, when == Noticed::kDuringTheCall});
}

bool ChannelBackend::close(Clock::time_point deadline) noexcept {
    closing_ = true;
    try {
        WaitingCall call;
        if (!endpoint_.start(call, {wire::FrameKind::kClose}, protocol::kCloseText, {},
                             Endpoint::Waits::kLater, deadline)) {
            return false;
        }
        const detail::ScopeGuard abandon([&] { endpoint_.abandon(call, /*tell_host=*/false); });
        return await(call, deadline, [this](const wire::Message& invocation) {
            if (invocation.kind() == wire::FrameKind::kCallback)
                endpoint_.refuse(invocation.call_id());
        });
    } catch (const PeerGone&) {
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace bridge32::client
