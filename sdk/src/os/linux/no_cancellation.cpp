#include "os/no_cancellation.hpp"

#include <pthread.h>

namespace bridge32::os {

NoCancellation::NoCancellation() noexcept {
    ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_);
}

NoCancellation::~NoCancellation() { ::pthread_setcancelstate(before_, nullptr); }

}  // namespace bridge32::os
