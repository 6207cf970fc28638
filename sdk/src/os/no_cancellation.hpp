// Functions that may not throw, in threads that may be cancelled.
#pragma once

namespace bridge32::os {

/// While it lives, pthread_cancel does not end the calling thread: it does so afterwards. With the
/// GNU C library a cancellation is an exception, which in a function that may not throw would end
/// the process. So such functions have one of these if they wait.
class NoCancellation {
public:
    NoCancellation() noexcept;
    NoCancellation(const NoCancellation&) = delete;
    NoCancellation& operator=(const NoCancellation&) = delete;
    ~NoCancellation();

private:
    int before_ = 0;
};

}  // namespace bridge32::os
