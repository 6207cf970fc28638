#include "os/stop_signals.hpp"

#include <csignal>

namespace bridge32::os {

namespace {

void (*on_stop)() = nullptr;

void handle(int) { on_stop(); }

}  // namespace

void on_stop_signals(bool interrupts, void (*stop)()) {
    on_stop = stop;
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGTERM, handle);
    std::signal(SIGINT, interrupts ? handle : SIG_IGN);
}

}  // namespace bridge32::os
