// The functions of call_scope.hpp.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"

namespace bridge32::detail {

/// The host's table of functions `id`. Throws Error when the host is too old to have it.
template <class Table>
const Table& extension(const bridge32_host& its_host, const char* id, const char* purpose) {
    const auto* const table = static_cast<const Table*>(its_host.get_extension(&its_host, id));
    if (table == nullptr || table->struct_size < sizeof(Table)) {
        throw Error(std::string(its_host.version) + " cannot " + purpose +
                    ": it lacks the extension " + id + ". Use a newer host");
    }
    return *table;
}

BRIDGE32_DETAIL_PLUGIN const bridge32_clients& clients_of(const bridge32_host& its_host) {
    return extension<bridge32_clients>(its_host, BRIDGE32_CLIENTS, "send events or run callbacks");
}

BRIDGE32_DETAIL_PLUGIN const bridge32_memory& memory_of(const bridge32_host& its_host) {
    return extension<bridge32_memory>(its_host, BRIDGE32_MEMORY, "share memory");
}

BRIDGE32_DETAIL_PLUGIN void throw_unless_ok(std::int32_t code, std::string_view about) {
    if (code == BRIDGE32_OK) {
        return;
    }
    const std::string what(about);
    switch (code) {
        case BRIDGE32_NO_MEMORY:
            throw Error(what + ": shared memory of that size is not available");
        case BRIDGE32_NOT_SHARED:
            throw InvalidArgument(what +
                                  ": it is not in shared memory. The client must create it with "
                                  "make_array or make_bytes");
        case BRIDGE32_TOO_DEEP:
            throw Error(what + ": calls and callbacks are nested deeper than " +
                        std::to_string(BRIDGE32_MAX_CALL_DEPTH));
        case BRIDGE32_CALL_IS_OVER:
            throw Error(what + ": its call has ended, or the client no longer waits for it");
        case BRIDGE32_DISCONNECTED:
            throw ConnectionClosed(what + ": the client is gone");
        default:
            throw Error(what + ": it is too large to send");
    }
}

/// What callbacks share with the call that they came with. Other threads may use the call
/// through it; its end waits for them. Not for its own thread: what that has begun has ended, or
/// was left by a longjmp.
class CallLife {
public:
    explicit CallLife(bridge32_call* call) noexcept : call_(call) {}

    /// Keeps the call from ending while it lives. `call()` is null when it has ended.
    class Use {
    public:
        explicit Use(CallLife& life) : life_(life) {
            const std::lock_guard lock(life_.mutex_);
            call_ = life_.call_;
            counted_ = call_ != nullptr && std::this_thread::get_id() != life_.thread_;
            if (counted_) {
                ++life_.users_;
            }
        }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        ~Use() {
            if (!counted_) {
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
        bool counted_;
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
    const std::thread::id thread_ = std::this_thread::get_id();
    int users_ = 0;
    std::exception_ptr error_;
};

BRIDGE32_DETAIL_PLUGIN const std::shared_ptr<CallLife>& CallScope::life() {
    if (life_ == nullptr) {
        life_ = std::make_shared<CallLife>(call_);
    }
    return life_;
}

BRIDGE32_DETAIL_PLUGIN void CallScope::end_life() noexcept { life_->end(); }

BRIDGE32_DETAIL_PLUGIN void CallScope::rethrow_failure_of_life() { life_->rethrow_failure(); }

BRIDGE32_DETAIL_PLUGIN CallScope& current_scope() {
    CallScope* const scope = CallScope::current();
    if (scope == nullptr) {
        throw Error(
            "no call of this plugin is running on this thread: use bridge32::context() only during "
            "a call and on its thread");
    }
    return *scope;
}

}  // namespace bridge32::detail
