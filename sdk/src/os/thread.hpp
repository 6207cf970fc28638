// Threads of our own, with stacks of our own size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace bridge32::os {

/// How large a thread's stack is, in bytes. Memory is used only as far as the stack grows.
enum class Stack : std::size_t {
    kForOurs = std::size_t{1} << 20,    ///< for our code only
    kForOthers = std::size_t{8} << 20,  ///< for code of plugins, libraries or users
};

/// Which signals a thread can get beside those of its own faults. What a program does in a handler
/// of its own, it does not expect on a thread that it has not started.
enum class Signals {
    kNone,
    kAsCaller,  ///< as the thread that starts it, and so do threads and programs that it starts
};

/// A thread, as std::thread. On Linux the system's default for its stack is `ulimit -s`, which may
/// exceed a 32-bit address space or be too small for anything.
class Thread {
public:
    Thread() noexcept;
    /// Runs `work`, which must not throw. Throws bridge32::Error with the system's reason if no
    /// thread can be started.
    Thread(std::function<void()> work, Stack stack, Signals signals = Signals::kNone);
    Thread(Thread&&) noexcept;
    Thread& operator=(Thread&&) noexcept;
    /// Only for one that is not joinable.
    ~Thread();

    bool joinable() const noexcept { return state_ != nullptr; }
    bool is_this_thread() const noexcept;
    void join() noexcept;
    void detach() noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The system's number of the calling thread.
std::uint64_t this_thread_number() noexcept;
/// True for the number of a running thread of the class above. Waits for those that are starting.
bool is_own_thread(std::uint64_t number);

/// Gives the main thread, and the threads that libraries start without asking for a size, the
/// stack of kForOthers. For a host: its user may have any `ulimit -s`. Call it before any thread is
/// started. On Windows the program's header does this.
void set_default_stacks() noexcept;

}  // namespace bridge32::os
