#include "client/core/core.hpp"

#include <algorithm>
#include <boost/dll/runtime_symbol_info.hpp>
#include <filesystem>
#include <thread>
#include <utility>

#include "bridge32/crash.hpp"
#include "bridge32/internal/protocol/request.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "client/hosts/time_limit.hpp"
#include "diagnostics/log.hpp"
#include "diagnostics/trace.hpp"
#include "os/no_cancellation.hpp"

namespace bridge32::client {

namespace {

/// For people: an open does not fail for it.
std::string program_name() {
    boost::dll::fs::error_code error;
    const auto program = boost::dll::program_location(error);
    return error ? "a program" : detail::utf8_of(std::filesystem::path(program).filename());
}

}  // namespace

Core::Core(std::string plugin, const BackendOptions& options, Start start)
    : plugin_(std::move(plugin)),
      call_timeout_(options.call_timeout),
      shutdown_timeout_(options.shutdown_timeout),
      startup_timeout_(options.startup_timeout),
      restart_(options.restart),
      repeat_idempotent_(options.repeat_idempotent && options.restart == Restart::on_crash),
      start_(std::move(start)),
      inbound_(std::make_shared<Inbound>(options.dispatch)),
      guard_(options.restart_limit, options.restart_delay),
      backend_(start_backend()) {
    learn_repeatable(*backend_);
    make_current(new BackendShare{*this, backend_});
}

std::shared_ptr<Core> Core::make(std::string plugin, const BackendOptions& options, Start start) {
    std::shared_ptr<Core> core(new Core(std::move(plugin), options, std::move(start)),
                               [](Core* made) { made->end(); });
    // The core stops the dispatcher before it goes.
    auto* const raw = core.get();
    core->inbound_->dispatcher().set_source(
        {[raw](Clock::time_point deadline) { raw->last_backend()->read_idle(deadline); },
         [raw] { raw->last_backend()->interrupt_idle(); }});
    return core;
}

Core::~Core() { inbound_->dispatcher().stop(); }

/// The last owner is gone. A child made by fork keeps its copy for ever: nothing in it can be ended
/// there. A function that a call runs may have let go of the client: then that call is the last.
void Core::end() noexcept {
    const os::NoCancellation whole;
    if (!in_own_process()) return os::keep_copy(this);
    make_current(nullptr);
    let_go();
}

BackendUse Core::use(std::string_view method, Clock::time_point deadline) {
    require_own_process(method);
    BackendUse used = current();
    if (restart_ == Restart::never || !used->crashed()) return used;
    replace_crashed(deadline);
    return current();
}

BackendUse& Core::started(detail::Call& call, std::string_view method) const {
    require_own_process(method);
    return BackendCall::of(call).started_at;
}

namespace {

// Addresses of programs have 47 bits on the machines that there are.
constexpr unsigned kCountBits = 16;
constexpr std::uint64_t kSettled = 1U << (kCountBits - 1);  // at once, long before an overflow
static_assert(sizeof(void*) == 8);

BackendShare* share_in(std::uint64_t word) noexcept {
    return reinterpret_cast<BackendShare*>(word >> kCountBits);
}
std::uint64_t count_in(std::uint64_t word) noexcept {
    return word & ((std::uint64_t{1} << kCountBits) - 1);
}

}  // namespace

BackendUse Core::current() {
    const std::uint64_t word = current_.fetch_add(1);
    BackendShare* const share = share_in(word);
    if (share == nullptr) {  // a function that a call runs has let go of the client
        throw ConnectionClosed("the client of " + plugin_ + " has ended");
    }
    if (count_in(word) >= kSettled) settle(*share);
    return BackendUse(*share);
}

/// Moves calls to the share's own count. The caller is one of them, so that it stays.
void Core::settle(BackendShare& share) noexcept {
    share.uses.fetch_add(kSettled);
    std::uint64_t word = current_.load();
    while (share_in(word) == &share && count_in(word) >= kSettled) {
        if (current_.compare_exchange_weak(word, word - kSettled)) return;
    }
    share.uses.fetch_sub(kSettled);  // another thread has done it
}

void Core::make_current(BackendShare* next) noexcept {
    if (next != nullptr) holders_.fetch_add(1);
    const std::uint64_t word =
        current_.exchange(reinterpret_cast<std::uint64_t>(next) << kCountBits);
    BackendShare* const last = share_in(word);
    if (last == nullptr) return;
    const auto more = static_cast<std::int64_t>(count_in(word)) - BackendShare::kCurrent;
    if (last->uses.fetch_add(more) + more == 0) drop(*last);
}

void BackendUse::end(BackendShare& share) noexcept { share.core.drop(share); }

void Core::drop(BackendShare& share) noexcept {
    if (!in_own_process()) return;
    const os::NoCancellation whole;
    delete &share;
    let_go();
}

void Core::let_go() noexcept {
    if (holders_.fetch_sub(1) == 1) delete this;
}

void Core::replace_crashed(Clock::time_point deadline) {
    {
        const std::lock_guard lock(mutex_);
        if (shut_down_ || !backend_->crashed()) return;
    }
    const std::lock_guard starting(starting_);
    if (!last_backend()->crashed()) return;  // another thread was faster
    const auto next_try = guard_.next_try(plugin_);
    std::this_thread::sleep_until(std::min(next_try, deadline));
    if (next_try > deadline) {
        throw_not_restarted(plugin_);
    }
    try {
        replace_backend();
    } catch (const ConnectionClosed&) {
        throw;  // no shared host runs now: looking for it again costs little
    } catch (const std::exception& e) {
        guard_.failed(e);
        throw;
    }
}

std::shared_ptr<Backend> Core::start_backend() {
    [[maybe_unused]] static const bool told = [] {
        const std::string mistake = diagnostics::log_level_mistake();
        if (!mistake.empty()) std::fprintf(stderr, "bridge32: %s\n", mistake.c_str());
        return true;
    }();
    if (!diagnostics::logs(diagnostics::LogLevel::kError) && !diagnostics::traces())
        return start_(inbound_);
    diagnostics::begin_trace(program_name(), /*is_host=*/false);
    const auto begin = Clock::now();
    try {
        auto backend = start_(inbound_);
        diagnostics::trace("open " + plugin_, "open", begin, 0);
        const auto info = backend->info();
        const std::chrono::duration<double, std::milli> time = Clock::now() - begin;
        diagnostics::log(diagnostics::LogLevel::kInfo, "opened " + plugin_ + " in " + info.version +
                                                           ", process " + std::to_string(info.pid) +
                                                           ", in " + std::to_string(time.count()) +
                                                           " ms");
        return backend;
    } catch (const std::exception& e) {
        diagnostics::log(diagnostics::LogLevel::kError,
                         "opening " + plugin_ + " failed: " + e.what());
        throw;
    }
}

/// With starting_ held.
void Core::replace_backend() {
    diagnostics::log(diagnostics::LogLevel::kWarning,
                     "the host of " + plugin_ + " is being restarted");
    auto fresh = start_backend();
    learn_repeatable(*fresh);
    guard_.succeeded();
    auto* const share = new BackendShare{*this, fresh};
    {
        const std::lock_guard lock(mutex_);
        backend_.swap(fresh);
        terminated_ = nullptr;
        shut_down_ = false;
    }
    make_current(share);
}

void Core::learn_repeatable(Backend& backend) {
    if (!repeat_idempotent_) return;
    constexpr const char* kMethod = "(describe)";
    BackendCall call;
    protocol::write_describe(call.request);
    call.waits = Endpoint::Waits::kAtOnce;
    const auto deadline = deadline_after(startup_timeout_);
    Repeatable learned;
    try {
        backend.start(call, kMethod, deadline);
        if (backend.wait(call, kMethod, deadline)) {
            call.throw_if_failed();
            learned = Repeatable(call.reply_json);
        }
    } catch (const RemoteError&) {
        // A plugin in plain C need not know the request: nothing is repeated.
    }
    backend.abandon(call, /*tell_host=*/true);
    const std::lock_guard lock(mutex_);
    repeatable_ = std::move(learned);
}

bool Core::may_repeat(const Backend& died, BackendCall& call) {
    if (!repeat_idempotent_ || !call.functions.empty()) return false;
    const std::lock_guard lock(mutex_);
    return terminated_ != &died && !shut_down_ && repeatable_.allows(call.request.text());
}

std::shared_ptr<Backend> Core::last_backend() {
    const std::lock_guard lock(mutex_);
    return backend_;
}

void Core::wait_at(Backend& backend, BackendCall& call, std::string_view method,
                   Clock::time_point deadline, detail::Timeout timeout) {
    if (backend.wait(call, method, deadline)) return;
    backend.abandon(call, /*tell_host=*/true);
    throw_no_reply(plugin_, method, *timeout);
}

void Core::call(detail::Call& call, std::string_view method, detail::Timeout timeout) {
    if (diagnostics::calls_are_watched()) {
        return watched_call(BackendCall::of(call), method, deadline_of(timeout), timeout);
    }
    auto& own = BackendCall::of(call);
    call_until(own, method, deadline_of(timeout), timeout, /*repeat=*/true);
    own.throw_if_failed();
}

void Core::watched_call(BackendCall& call, std::string_view method, Clock::time_point deadline,
                        detail::Timeout timeout) {
    call.watched_since = Clock::now();
    const BackendUse whole = use(method, deadline);  // what is told comes after the call
    try {
        call_until(call, method, deadline, timeout, /*repeat=*/true);
        call.throw_if_failed();
    } catch (const std::exception& e) {
        tell_of_call(call, method, e.what());
        throw;
    }
    tell_of_call(call, method, nullptr);
}

void Core::tell_of_call(const BackendCall& call, std::string_view method,
                        const char* failure) const noexcept {
    if (call.watched_since == Clock::time_point{}) return;
    try {
        const std::string what = plugin_ + "." + std::string(method);
        const std::chrono::duration<double, std::micro> time = Clock::now() - call.watched_since;
        diagnostics::trace(what, "call", call.watched_since, call.waiting.id());
        if (failure != nullptr) {
            diagnostics::log(diagnostics::LogLevel::kWarning, what + " failed: " + failure);
        } else if (diagnostics::logs(diagnostics::LogLevel::kDebug)) {
            diagnostics::log(diagnostics::LogLevel::kDebug,
                             what + " (call " + std::to_string(call.waiting.id()) + ") took " +
                                 std::to_string(time.count()) + " microseconds");
        }
        diagnostics::flush_trace(false);
    } catch (const std::bad_alloc&) {
        // A line less.
    }
}

void Core::call_until(BackendCall& call, std::string_view method, Clock::time_point deadline,
                      detail::Timeout timeout, bool repeat) {
    call.waits = Endpoint::Waits::kAtOnce;
    const BackendUse used = use(method, deadline);  // it keeps this alive, too
    try {
        used->start(call, method, deadline);
        return wait_at(*used, call, method, deadline, timeout);
    } catch (const HostCrashed&) {
        if (!repeat || !may_repeat(*used, call)) throw;
    }
    call_until(call, method, deadline, timeout, /*repeat=*/false);
}

void Core::start(detail::Call& call, std::string_view method, Deadline deadline) {
    auto& own = BackendCall::of(call);
    own.started_at = use(method);
    if (!own.functions.empty()) inbound_->dispatcher().start();
    own.waits = Endpoint::Waits::kLater;
    own.watched_since = diagnostics::calls_are_watched() ? Clock::now() : Clock::time_point{};
    own.started_at->start(call, method, std::min(deadline, deadline_of(call_timeout_)));
}

bool Core::wait(detail::Call& call, std::string_view method, Deadline deadline) {
    if (!started(call, method)->wait(call, method, deadline)) return false;
    BackendCall::of(call).throw_if_failed();
    return true;
}

void Core::finish(detail::Call& call, std::string_view method, detail::Timeout timeout) {
    const BackendUse started_at = std::move(started(call, method));
    auto& own = BackendCall::of(call);
    const auto deadline = deadline_of(timeout);
    try {
        wait_at(*started_at, own, method, deadline, timeout);
        own.throw_if_failed();
        return tell_of_call(own, method, nullptr);
    } catch (const HostCrashed& e) {
        tell_of_call(own, method, e.what());
        if (!may_repeat(*started_at, own)) throw;
    } catch (const std::exception& e) {
        tell_of_call(own, method, e.what());
        throw;
    }
    call_until(own, method, deadline, timeout, /*repeat=*/false);
    own.throw_if_failed();
}

void Core::abandon(detail::Call& call, bool tell_host) noexcept {
    auto& own = BackendCall::of(call);
    if (!own.started_at || !in_own_process()) return;
    own.started_at->abandon(call, tell_host);
    own.started_at.reset();
}

void Core::when_done(detail::Call& call, std::function<void()> task) {
    auto& backend = started(call, "(continuation)");
    inbound_->dispatcher().start();
    backend->when_done(call, std::move(task));
}

void Core::notify(detail::Call& call) {
    const BackendUse backend = use("notify");
    if (!BackendCall::of(call).functions.empty()) {
        throw InvalidArgument(
            "a function cannot be an argument of a call without a reply, because the client cannot "
            "tell when the call ends. Use Client::long_lived",
            plugin_);
    }
    BackendCall::of(call).send_by = deadline_of(call_timeout_);
    backend->notify(call);
}

detail::BlockShare Core::make_block(std::uint64_t size) { return use("(array)")->make_block(size); }

void Core::on_event(std::string name, std::shared_ptr<LocalFunction> handler) {
    require_own_process("(event)");
    inbound_->on_event(std::move(name), std::move(handler));
    inbound_->dispatcher().start();
}

std::uint64_t Core::add_long_lived(std::shared_ptr<LocalFunction> function) {
    require_own_process("(function)");
    inbound_->dispatcher().start();
    return inbound_->functions().add(std::move(function), nullptr);
}

void Core::remove_long_lived(std::uint64_t id) noexcept { inbound_->functions().remove(id); }

std::size_t Core::poll(std::chrono::milliseconds timeout) {
    require_own_process("(poll)");
    return inbound_->dispatcher().poll(deadline_after(timeout));
}

bool Core::needs_poll() const noexcept {
    return inbound_->dispatcher().dispatch() == Dispatch::poll;
}

void Core::end_broken(const std::string& found) {
    last_backend()->break_off(found);
    throw ProtocolError(found);
}

void Core::terminate() {
    require_own_process("(terminate)");
    const auto backend = last_backend();
    {
        const std::lock_guard lock(mutex_);
        terminated_ = backend.get();
    }
    backend->terminate();
}

void Core::restart() {
    require_own_process("(restart)");
    const std::lock_guard starting(starting_);
    const auto old = last_backend();
    if (!old->crashed()) old->shutdown(shutdown_timeout_);
    replace_backend();
}

Streams Core::shutdown() {
    require_own_process("(shutdown)");
    const os::NoCancellation whole;
    std::shared_ptr<Backend> last;
    {
        const std::lock_guard lock(mutex_);
        shut_down_ = true;
        last = backend_;
    }
    auto printed = last->shutdown(shutdown_timeout_);
    diagnostics::log(diagnostics::LogLevel::kInfo, "shut " + plugin_ + " down");
    diagnostics::flush_trace(true);
    return printed;
}

HostInfo Core::info() {
    require_own_process("(host_info)");
    return last_backend()->info();
}

}  // namespace bridge32::client
