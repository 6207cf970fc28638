// Writing where `ulimit -f` may be reached.
#pragma once

namespace bridge32::os {

/// While it lives, what this thread writes beyond `ulimit -f` is an error and no signal (SIGXFSZ),
/// which would end the program. Shared memory counts as a file, too.
class NoSizeSignal {
public:
    NoSizeSignal() noexcept;
    NoSizeSignal(const NoSizeSignal&) = delete;
    NoSizeSignal& operator=(const NoSizeSignal&) = delete;
    ~NoSizeSignal();

private:
    bool blocks_ = false;
};

}  // namespace bridge32::os
