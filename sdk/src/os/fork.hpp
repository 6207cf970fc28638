// What a child made by fork gets a copy of and must not use: its parent's objects and descriptors.
// Windows has no fork; there every object belongs to this process.
#pragma once

#include <atomic>
#include <cstdint>

namespace bridge32::os {

/// The operating system's handle for an open object: a descriptor, or on Windows a HANDLE.
using NativeHandle = std::intptr_t;
inline constexpr NativeHandle kNoHandle = -1;

/// The process that made the object which has this as a member. Costs two loads to ask, and no
/// system call. Any thread.
///
/// Linux: the number of this process lies in a page that a fork fills with zeros for the child
/// (MADV_WIPEONFORK), however the child was made. Where the system refuses such a page, a handler
/// of pthread_atfork writes the zero. A child that makes objects takes the next number. A child of
/// vfork, and what posix_spawn starts, never run our code.
class OwnerProcess {
public:
    OwnerProcess();
    /// False in a child that has the object only as a copy.
    bool is_this() const noexcept { return word_->load(std::memory_order_relaxed) == number_; }

private:
    const std::atomic<std::uint32_t>* word_;
    std::uint32_t number_;
};

/// Keeps an object that a child has as a copy, and can neither use nor destroy, where checkers of
/// leaks see it.
void keep_copy(void* object) noexcept;

/// A handle that is this process's alone: it is closed on exec, and fork's child closes its copy at
/// once, so that a child that lives on keeps neither a pipe open nor a file locked. The destructor
/// closes it, but never what somebody else has opened since under the same number: a child of fork,
/// or a program that closes descriptors which it has not opened. Movable.
class OwnHandle {
public:
    struct Entry;

    OwnHandle() = default;
    /// Takes over `handle`, which may be kNoHandle.
    explicit OwnHandle(NativeHandle handle) noexcept;
    OwnHandle(OwnHandle&& other) noexcept;
    OwnHandle& operator=(OwnHandle&& other) noexcept;
    ~OwnHandle();

    NativeHandle get() const noexcept { return handle_; }
    explicit operator bool() const noexcept { return handle_ != kNoHandle; }
    /// False if the number does not mean what it meant any more, because something in this process
    /// has closed it. A system call.
    bool intact() const noexcept;

private:
    NativeHandle handle_ = kNoHandle;
    // Linux: its entry in the list of what a child closes, what that holds while it is ours, and
    // which open file it is.
    Entry* entry_ = nullptr;
    std::uint64_t value_ = 0;
    std::uint64_t identity_ = 0;
};

}  // namespace bridge32::os
