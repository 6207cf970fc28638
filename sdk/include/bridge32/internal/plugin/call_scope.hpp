// The call that runs on this thread, and what is tied to its end.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/extensions.h"
#include "bridge32/internal/support/host.hpp"

struct bridge32_instance;

namespace bridge32::detail {

/// The host's table of functions `id`. Throws Error when the host is too old to have it.
template <class Table>
const Table& extension(const bridge32_host& its_host, const char* id, const char* purpose) {
    const auto* const table = static_cast<const Table*>(its_host.get_extension(&its_host, id));
    if (table == nullptr || table->struct_size < sizeof(Table)) {
        throw Error(std::string(its_host.version) + " cannot " + purpose +
                    ": it does not have the extension " + id + ". Use a newer host");
    }
    return *table;
}

inline const bridge32_clients& clients_of(const bridge32_host& its_host) {
    return extension<bridge32_clients>(its_host, BRIDGE32_CLIENTS, "send events or run callbacks");
}

inline const bridge32_memory& memory_of(const bridge32_host& its_host) {
    return extension<bridge32_memory>(its_host, BRIDGE32_MEMORY, "share memory");
}

/// Throws what a function of the host returned, unless that is BRIDGE32_OK.
inline void throw_unless_ok(std::int32_t code, const std::string& what) {
    switch (code) {
        case BRIDGE32_OK:
            return;
        case BRIDGE32_NO_MEMORY:
            throw Error(what + ": there is no shared memory of that size");
        case BRIDGE32_NOT_SHARED:
            throw InvalidArgument(what +
                                  ": it is not in shared memory. The client must make it with "
                                  "make_array or make_bytes");
        case BRIDGE32_TOO_DEEP:
            throw Error(what + ": calls and callbacks are nested deeper than " +
                        std::to_string(BRIDGE32_MAX_CALL_DEPTH));
        case BRIDGE32_CALL_IS_OVER:
            throw Error(what + ": its call is over, or the client waits for it no longer");
        case BRIDGE32_DISCONNECTED:
            throw ConnectionClosed(what + ": the client has gone");
        default:
            throw Error(what + ": it is too large to be sent");
    }
}

/// What callbacks share with the call that they came with. Other threads may use the call
/// through it; its end waits for them.
class CallLife {
public:
    explicit CallLife(bridge32_call* call) noexcept : call_(call) {}

    /// Keeps the call from ending while it lives. `call()` is null when it has ended.
    class Use {
    public:
        explicit Use(CallLife& life) : life_(life) {
            const std::lock_guard lock(life_.mutex_);
            call_ = life_.call_;
            if (call_ != nullptr) {
                ++life_.users_;
            }
        }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        ~Use() {
            if (call_ == nullptr) {
                return;  // nobody waits for it
            }
            const std::lock_guard lock(life_.mutex_);
            if (--life_.users_ == 0) {
                life_.unused_.notify_all();
            }
        }
        bridge32_call* call() const noexcept { return call_; }

    private:
        CallLife& life_;
        bridge32_call* call_;
    };

    /// From now on `Use::call` is null. Waits for those who use the call.
    void end() noexcept {
        std::unique_lock lock(mutex_);
        call_ = nullptr;
        unused_.wait(lock, [this] { return users_ == 0; });
    }

    /// An exception that could not pass through a library's frames; the first one counts.
    void fail(std::exception_ptr error) noexcept {
        const std::lock_guard lock(mutex_);
        if (error_ == nullptr) {
            error_ = std::move(error);
        }
    }
    bool failed() noexcept {
        const std::lock_guard lock(mutex_);
        return error_ != nullptr;
    }
    void rethrow_failure() {
        std::exception_ptr error;
        {
            const std::lock_guard lock(mutex_);
            error = std::exchange(error_, nullptr);
        }
        if (error != nullptr) {
            std::rethrow_exception(error);
        }
    }

private:
    std::mutex mutex_;
    std::condition_variable unused_;
    bridge32_call* call_;
    int users_ = 0;
    std::exception_ptr error_;
};

/// One running call, or the construction of an instance, on this thread. Scopes nest with calls.
class CallScope {
public:
    CallScope(const bridge32_host& its_host, bridge32_call* call,
              bridge32_instance* instance) noexcept
        : host_(its_host), call_(call), instance_(instance), outer_(current) {
        current = this;
    }
    CallScope(const CallScope&) = delete;
    CallScope& operator=(const CallScope&) = delete;
    ~CallScope() {
        end();
        current = outer_;
    }

    const bridge32_host& its_host() const noexcept { return host_; }
    bridge32_call* call() const noexcept { return call_; }
    /// In the constructor its plugin is not there yet.
    bridge32_instance* instance() const noexcept { return instance_; }

    const std::shared_ptr<CallLife>& life() {
        if (life_ == nullptr) {
            life_ = std::make_shared<CallLife>(call_);
        }
        return life_;
    }

    /// The plugin's function has returned: its callbacks end here, before the reply is sent.
    void end() noexcept {
        if (life_ != nullptr) {
            life_->end();
        }
    }
    /// Throws what a callback threw and C frames held up.
    void rethrow_failure() {
        if (life_ != nullptr) {
            life_->rethrow_failure();
        }
    }

    // Without a destructor, so that it keeps no plugin from being unloaded.
    BRIDGE32_DETAIL_OWN static inline thread_local CallScope* current = nullptr;

private:
    const bridge32_host& host_;
    bridge32_call* call_;
    bridge32_instance* instance_;
    CallScope* outer_;
    std::shared_ptr<CallLife> life_;
};

/// The scope of the call that runs on this thread. Throws Error when none does.
inline CallScope& current_scope() {
    if (CallScope::current == nullptr) {
        throw Error(
            "no call of this plugin runs on this thread: bridge32::context() can be used "
            "during a call, on the thread that the host makes it on");
    }
    return *CallScope::current;
}

}  // namespace bridge32::detail
