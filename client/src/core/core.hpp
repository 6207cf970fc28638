// What stands behind a Client: its options, its backend, and what its host sends on its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "bridge32/internal/client/call.hpp"
#include "bridge32/options.hpp"
#include "client/core/repeatable.hpp"
#include "client/core/restart_guard.hpp"
#include "client/endpoint/inbound.hpp"
#include "client/hosts/backend.hpp"
#include "client/hosts/backend_call.hpp"
#include "os/fork.hpp"

namespace bridge32::client {

class Core : public detail::Caller {
public:
    using Start = std::function<std::shared_ptr<Backend>(const std::shared_ptr<Inbound>&)>;

    /// `start` makes the first backend, and every further one.
    static std::shared_ptr<Core> make(std::string plugin, const BackendOptions& options,
                                      Start start);
    ~Core() override;

    void start(detail::Call& call, std::string_view method, Deadline deadline) override;
    bool wait(detail::Call& call, std::string_view method, Deadline deadline) override;
    void abandon(detail::Call& call, bool tell_host) noexcept override;
    void when_done(detail::Call& call, std::function<void()> task) override;
    void notify(detail::Call& call) override;
    detail::BlockShare make_block(std::uint64_t size) override;
    void call(detail::Call& call, std::string_view method, detail::Timeout timeout) override;
    void finish(detail::Call& call, std::string_view method, detail::Timeout timeout) override;
    void on_event(std::string name, std::shared_ptr<LocalFunction> handler) override;
    std::uint64_t add_long_lived(std::shared_ptr<LocalFunction> function) override;
    void remove_long_lived(std::uint64_t id) noexcept override;
    std::size_t poll(std::chrono::milliseconds timeout) override;
    bool needs_poll() const noexcept override;
    [[noreturn]] void end_broken(const std::string& found) override;
    detail::Timeout call_timeout() const noexcept override { return call_timeout_; }
    std::string_view plugin() const noexcept override { return plugin_; }
    bool in_own_process() const noexcept override { return owner_.is_this(); }

    const std::shared_ptr<Inbound>& inbound() const noexcept { return inbound_; }
    void terminate();
    void restart();
    Streams shutdown();
    HostInfo info();

private:
    Core(std::string plugin, const BackendOptions& options, Start start);

    friend class BackendUse;

    /// Throws ConnectionClosed in a child made by fork, whose copy of this nobody may use: the
    /// channel is the parent's, and threads that held locks are not there.
    void require_own_process(std::string_view method) const {
        if (!owner_.is_this()) throw_not_owned(plugin_, method);
    }

    /// The backend for a call of `method`: a new one when the last has crashed and `restart` says
    /// so. Throws ConnectionClosed in a child made by fork, StartupError after too many failures,
    /// TimeoutError when `deadline` comes before the next try.
    BackendUse use(std::string_view method, Clock::time_point deadline = Clock::time_point::max());
    /// The one that a call has started at.
    BackendUse& started(detail::Call& call, std::string_view method) const;
    BackendUse current();
    void settle(BackendShare& share) noexcept;
    void make_current(BackendShare* next) noexcept;
    void drop(BackendShare& share) noexcept;
    void let_go() noexcept;
    void end() noexcept;

    void replace_crashed(Clock::time_point deadline);
    std::shared_ptr<Backend> last_backend();
    void replace_backend();
    /// Asks the plugin which calls may be repeated, if that matters.
    void learn_repeatable(Backend& backend);
    /// The host died in the middle of the call: may it be sent again to a new one?
    bool may_repeat(const Backend& died, BackendCall& call);
    void call_until(BackendCall& call, std::string_view method, Clock::time_point deadline,
                    detail::Timeout timeout, bool repeat);
    /// Starts a backend, and tells whoever watches.
    std::shared_ptr<Backend> start_backend();
    /// The same as call_until, and whoever watches learns of it.
    void watched_call(BackendCall& call, std::string_view method, Clock::time_point deadline,
                      detail::Timeout timeout);
    /// A call that is watched ended: with a reply, or as `failure` says.
    void tell_of_call(const BackendCall& call, std::string_view method,
                      const char* failure) const noexcept;
    void wait_at(Backend& backend, BackendCall& call, std::string_view method,
                 Clock::time_point deadline, detail::Timeout timeout);

    os::OwnerProcess owner_;
    std::string plugin_;
    detail::Timeout call_timeout_;
    std::chrono::milliseconds shutdown_timeout_;
    std::chrono::milliseconds startup_timeout_;
    Restart restart_;
    bool repeat_idempotent_;
    Start start_;
    std::shared_ptr<Inbound> inbound_;
    std::mutex starting_;  // taken before mutex_, and held while a host starts; guards guard_
    RestartGuard guard_;
    std::mutex mutex_;  // guards all below
    bool shut_down_ = false;
    std::shared_ptr<Backend> backend_;
    const Backend* terminated_ = nullptr;  // ended by this client: its calls are not repeated
    Repeatable repeatable_;

    // Read without the lock: the address of backend_'s share, and in the lowest kCountBits how many
    // calls have taken it that are not in its own count yet. So a call finds the share and counts
    // itself there in one step, and nobody can end it in between.
    std::atomic<std::uint64_t> current_{0};
    std::atomic<std::uint32_t> holders_{1};  // the owner and the shares; the last one deletes this
};

}  // namespace bridge32::client
