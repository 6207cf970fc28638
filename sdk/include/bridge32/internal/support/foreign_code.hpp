// The border between our code and a library's. A library may change the rounding and precision of
// the floating-point unit, unmask its exceptions and leave MMX state behind; then our codec, and
// other plugins, would give other numbers. And it may rely on what it set, also on errno, in its
// next call. So each instance of a plugin keeps on each thread what its foreign code left there.
//
//     const ForeignCode foreign(states.of_this_thread());   // around a call of foreign code
//     const OwnCode own;                                    // first of all where it calls ours
//     const LibraryCode library;                            // around a function of a Library
//
// The plugin's author writes foreign code too, which may be linked with a library. But a library
// that is loaded has control words of its own, so that it does not change the author's numbers.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bridge32/internal/support/compiler.hpp"
#include "bridge32/internal/support/fpu.hpp"
#include "bridge32/internal/support/native_state.hpp"
#include "bridge32/internal/support/thread_scope.hpp"

namespace bridge32::detail {

class CallScope;
class HandleStore;

/// What foreign code finds on a thread.
struct ForeignState {
    FpuWords fpu{.x87 = kNativeX87};
    FpuWords library = fpu;  ///< the functions of a Library
    ErrorNumbers errors{};
};

/// That of one instance, for each thread. Any thread.
class ForeignStates {
public:
    /// `start`: what a thread's first call finds.
    explicit ForeignStates(const FpuWords& start) noexcept
        : start_(start), number_(++last_number) {}
    ForeignStates(const ForeignStates&) = delete;
    ForeignStates& operator=(const ForeignStates&) = delete;

    /// Valid as long as this object.
    ForeignState& of_this_thread() { return found.owner == number_ ? *found.state : look_up(); }

private:
    /// What this thread looked up last. Without a destructor, so that it does not keep a plugin
    /// from being unloaded.
    struct Found {
        std::uint64_t owner;
        ForeignState* state;
    };
    struct Entry {
        const void* thread;  // a later thread may have the address of one that has ended
        std::unique_ptr<ForeignState> state;
    };

    ForeignState& look_up();

    BRIDGE32_DETAIL_OWN static inline constinit thread_local Found found{0, nullptr};
    BRIDGE32_DETAIL_OWN static inline std::atomic<std::uint64_t> last_number{0};

    const FpuWords start_;
    const std::uint64_t number_;  // never used again
    std::mutex mutex_;            // guards entries_
    std::vector<Entry> entries_;
};

/// This thread runs foreign code while it lives. Scopes of one thread nest.
class ForeignCode {
public:
    /// `state`: what the code finds, and where it is kept. Nothing changes if that same code runs
    /// already.
    explicit ForeignCode(ForeignState& state) noexcept;
    ForeignCode(const ForeignCode&) = delete;
    ForeignCode& operator=(const ForeignCode&) = delete;
    ~ForeignCode();

protected:
    /// The same, with the control words `words` of `state`.
    ForeignCode(ForeignState* state, FpuWords ForeignState::*words) noexcept;

private:
    friend class LibraryCode;
    friend class OwnCode;

    /// By value, because a longjmp leaves scopes without their destructors.
    struct Running {
        ForeignState* state;  ///< null while our own code runs
        FpuWords* words;
        FpuWords own;  ///< our code's
    };

    void enter(FpuWords& words) noexcept;

    BRIDGE32_DETAIL_OWN static inline constinit thread_local Running running{nullptr, nullptr, {}};

    const Running outer_;
    ForeignState* const state_;
    FpuWords* entered_ = nullptr;  // the state's; null: nothing was changed
    FpuWords outside_;             // are there again at the end
};

/// This thread runs a function of a Library while it lives, called by foreign code of the author's.
/// Nothing changes where that is not known to run. The function may leave the frames of its
/// callbacks by longjmp.
class LibraryCode : private ForeignCode {
public:
    LibraryCode() noexcept;
    /// Called by our own code.
    explicit LibraryCode(ForeignState& state) noexcept;
    ~LibraryCode();

private:
    const ThreadScope<CallScope>* const call_ = ThreadScope<CallScope>::mark();
    const ThreadScope<HandleStore>* const handles_ = ThreadScope<HandleStore>::mark();
};

/// This thread runs our code while it lives, whoever called it.
class OwnCode {
public:
    struct FromHost {};

    /// Called by foreign code, on any thread, also one that we know nothing of.
    OwnCode() noexcept;
    /// A plugin, called by its host.
    explicit OwnCode(FromHost) noexcept;
    OwnCode(const OwnCode&) = delete;
    OwnCode& operator=(const OwnCode&) = delete;
    ~OwnCode();

    /// What foreign code finds when this scope ends.
    ForeignState& interrupted() noexcept { return *state_; }

private:
    const ForeignCode::Running outer_;
    ForeignState here_;
    ForeignState* const state_;
    FpuWords* const words_;
};

}  // namespace bridge32::detail

#if defined(BRIDGE32_DETAIL_PLUGIN_HERE)
#include "bridge32/internal/support/foreign_code.ipp"
#endif
