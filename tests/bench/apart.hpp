// For a machine that has other things to do: a client and its server on processors of their own.
#pragma once

#include <sched.h>
#include <sys/types.h>

#include "rounds.hpp"

namespace bench {

/// While it lives, this thread runs on one processor, and process `server` on another, if the run
/// is to be so (`Effort::pin`) and there are two. Spinning needs that, else a machine that is busy
/// with other things puts both onto one.
class Apart {
public:
    Apart(const Effort& effort, pid_t server);
    Apart(const Apart&) = delete;
    Apart& operator=(const Apart&) = delete;
    ~Apart();

private:
    bool pinned_ = false;
    cpu_set_t before_{};
};

}  // namespace bench
