#include "host32/session/session.hpp"

#include <chrono>
#include <cstdio>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/protocol/open.hpp"
#include "bridge32/internal/protocol/reply.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "host32/crash/thread_work.hpp"
#include "host32/session/running_call.hpp"
#include "protocol/open_reply.hpp"

namespace bridge32::host {

namespace {

// Further ones stay in the ring, so that the client notices.
constexpr std::size_t kMaxWaitingCalls = 1024;

/// The method or property that a request names; "(describe)", "(batch)" and the like without one.
std::string method_in(std::string_view json) {
    protocol::RequestView request;
    try {
        request.read(json);
    } catch (const InvalidArgument&) {
        // Its answer says so.
    }
    switch (request.kind()) {
        case protocol::RequestKind::call:
        case protocol::RequestKind::get:
            return std::string(request.name());
        case protocol::RequestKind::describe:
            return "(describe)";
        case protocol::RequestKind::batch:
            return "(batch)";
        case protocol::RequestKind::none:
            break;
    }
    return "(request)";
}

void log_open(const std::string& what, std::chrono::steady_clock::time_point begin,
              std::uint64_t call_id) {
    diagnostics::trace(what, "host open", begin, call_id);
    if (!diagnostics::logs(diagnostics::LogLevel::kInfo)) return;
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
    diagnostics::log(diagnostics::LogLevel::kInfo,
                     what + " took " + std::to_string(time.count()) + " ms");
}

}  // namespace

Session::Session(std::shared_ptr<Endpoint> endpoint, PluginRegistry& registry, WorkerPool& pool,
                 Lookout* lookout)
    : endpoint_(std::move(endpoint)), registry_(&registry), pool_(&pool), lookout_(lookout) {
    endpoint_->serve_nested_with(
        [this](wire::Message& message, unsigned depth) { request(message, depth); });
}

Session::~Session() {
    endpoint_->flush();  // replies of the calls that a stop let finish
    endpoint_->close();
    release_plugin();
    auto& channel = endpoint_->channel();
    if (channel.host_state() != wire::HostState::kRefused)  // it has begun
        channel.set_host_state(wire::HostState::kGone);
}

bool Session::ready() const noexcept {
    if (close_request_) return idle();
    if (endpoint_->holds_replies()) return false;
    return left_.load(std::memory_order_acquire) ||
           (endpoint_->ready() && calls_on_pool() < kMaxWaitingCalls);
}

void Session::serve() {
    if (close_request_) {
        close();
        return;
    }
    try {
        if (left_.load(std::memory_order_acquire)) {
            left_.store(false, std::memory_order_relaxed);
            if (left_error_) std::rethrow_exception(std::exchange(left_error_, nullptr));
        } else if (!endpoint_->take(message_)) {
            return;
        }
        switch (message_.kind()) {
            case wire::FrameKind::kOpen:
                open(message_);
                break;
            case wire::FrameKind::kRequest:
                ++calls_;
                if (instance_ != nullptr && instance_->concurrent()) {
                    run_on_pool(std::move(message_));
                } else {
                    if (lookout_ != nullptr) lookout_->interrupted();
                    request(message_, 0);
                }
                break;
            case wire::FrameKind::kClose:
                close_request_ = message_.call_id();
                if (await_idle()) close();
                break;
            default:
                throw ProtocolError("the client sent a frame of kind " +
                                    std::to_string(static_cast<unsigned>(message_.kind())) +
                                    ", which this host does not support");
        }
        message_.clear();
    } catch (const ProtocolError& e) {
        std::fprintf(stderr, "bridge32 host: session ended: %s\n", e.what());
        send_error(message_, "ProtocolError", e.what());
        finished_ = true;
    }
}

void Session::open(wire::Message& message) {
    if (instance_ != nullptr) throw ProtocolError("the client opened its channel twice");
    if (!message.readable()) return send_error(message, "PluginError", message.unreadable_reason());
    const protocol::OpenView request(message.json());
    const std::string name(request.plugin());
    const auto begin = std::chrono::steady_clock::now();
    try {
        const ThreadWork work(endpoint_->channel(), 0, name, "(constructor)");
        instance_ = registry_->open(name, {request.kwargs(), request.structs(),
                                           message.attachments(), endpoint_, message.call_id()});
    } catch (const Error& e) {
        diagnostics::log(diagnostics::LogLevel::kError, "opening " + name + " failed: " + e.what());
        return send_error(message, "PluginError", e.what());
    }
    log_open("opening " + detail::utf8_of(instance_->module().file()), begin, message.call_id());
    const auto& module = instance_->module();
    endpoint_->send_reply(
        message.call_id(),
        protocol::open_reply_text(
            {sizeof(void*) == 4 ? "host32 " BRIDGE32_VERSION : "host64 " BRIDGE32_VERSION,
             os::own_pid(), os::own_bits(), module.name(), detail::utf8_of(module.file())}),
        {});
}

void Session::request(wire::Message& message, unsigned depth, Lookout* runner) {
    RunningCall call(*endpoint_, message, depth, runner);
    if (instance_ == nullptr) {
        if (!releasing_) throw ProtocolError("the client sent a request without an open plugin");
        call.reply(protocol::error_text(
                       {"PluginError", "the plugin is shutting down and accepts no more calls"}),
                   {});
        return;
    }
    if (!message.readable()) {
        call.reply(protocol::error_text({"InvalidArgument",
                                         "the host cannot allocate memory for the request: " +
                                             message.unreadable_reason(),
                                         instance_->module().name()}),
                   {});
        return;
    }
    const auto json = message.json();
    const auto attachments = message.attachments();
    const bridge32_request request{sizeof(bridge32_request),
                                   call.wants_reply() ? 0 : BRIDGE32_REQUEST_NO_REPLY,
                                   message.call_id(),
                                   json.data(),
                                   static_cast<std::uint32_t>(json.size()),
                                   static_cast<std::uint32_t>(attachments.size()),
                                   attachments.data()};
    const ThreadWork work(endpoint_->channel(), message.call_id(), instance_->module().name(),
                          json);
    if (diagnostics::calls_are_watched()) return watched_call(call, request);
    instance_->call(call, request);
}

void Session::watched_call(RunningCall& call, const bridge32_request& request) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string what =
        instance_->module().name() + "." + method_in({request.json, request.json_size});
    instance_->call(call, request);
    const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - begin;
    diagnostics::trace(what, "host call", begin, request.call_id);
    if (diagnostics::logs(diagnostics::LogLevel::kDebug)) {
        diagnostics::log(diagnostics::LogLevel::kDebug,
                         what + " (call " + std::to_string(request.call_id) + ") took " +
                             std::to_string(time.count()) + " microseconds in the plugin");
    }
}

void Session::run_on_pool(wire::Message message) {
    Lookout* const stays = lookout_ != nullptr && lookout_->post(idle()) ? lookout_ : nullptr;
    running_.fetch_add(kOneCall, std::memory_order_relaxed);
    // std::function copies its captures, and a message cannot be copied.
    auto shared = std::make_shared<wire::Message>(std::move(message));
    auto task = [this, shared, stays] {
        if (!endpoint_->closed() && !stopping_.load() && !endpoint_->cancelled(shared->call_id())) {
            request(*shared, 0);
        }
        shared->clear();
        const auto endpoint = endpoint_;  // lives on when the session is destroyed
        if (end_call()) endpoint->wake();
        if (stays != nullptr) stays->stay();
    };
    try {
        pool_->run(this, std::move(task));
    } catch (const Error& e) {
        RunningCall(*endpoint_, *shared, 0)
            .reply(protocol::error_text({"PluginError", e.what(), instance_->module().name()}), {});
        end_call();
        if (stays != nullptr) stays->take_back();
    }
}

bool Session::end_call() noexcept {
    const std::size_t before = running_.fetch_sub(kOneCall);
    return (before & kAwaited) != 0 || before / kOneCall >= kMaxWaitingCalls;
}

bool Session::take_call(wire::Message& message) {
    if (instance_ == nullptr || !instance_->concurrent() || close_request_ ||
        left_.load(std::memory_order_relaxed)) {
        return false;
    }
    try {
        if (!endpoint_->take(message)) return false;
        if (message.kind() == wire::FrameKind::kRequest) {
            ++calls_;
            running_.fetch_add(kOneCall, std::memory_order_relaxed);
            return true;
        }
        message_ = std::move(message);
    } catch (...) {
        left_error_ = std::current_exception();
    }
    left_.store(true, std::memory_order_release);
    return false;
}

void Session::run_call(wire::Message& message) {
    if (!endpoint_->closed() && !stopping_.load()) {
        request(message, 0, instance_->module().is_guarded() ? lookout_ : nullptr);
    }
    message.clear();
    Lookout* const lookout = lookout_;
    if (end_call()) lookout->wake();
}

void Session::close() {
    release_plugin();  // on_shutdown and the destructor run before the client is answered
    endpoint_->send_reply(*close_request_, protocol::kNullResult, {});
    endpoint_->flush();
    close_request_.reset();
    finished_ = true;
}

void Session::release_plugin() {
    if (instance_ == nullptr) return;
    const std::string name = instance_->module().name();  // it may be unloaded
    const auto begin = std::chrono::steady_clock::now();
    const ThreadWork work(endpoint_->channel(), 0, name, "(shutdown)");
    releasing_ = true;  // callbacks of on_shutdown may still make calls
    instance_->client_gone(endpoint_->id());
    instance_.reset();
    log_open("shutting down " + name, begin, 0);
}

void Session::send_error(const wire::Message& message, std::string_view type,
                         std::string_view text) {
    endpoint_->send_reply(message.call_id(),
                          protocol::error_text({std::string(type), std::string(text)}), {});
}

}  // namespace bridge32::host
