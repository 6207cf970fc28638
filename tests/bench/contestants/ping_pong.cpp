// The floor: what any bridge over shared memory costs at the least. Client and server know where
// the two numbers lie; nothing is encoded, checked or looked up.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>

#include "contestants.hpp"
#include "contestants/floor.hpp"
#include "contestants/shared_page.hpp"
#include "server.hpp"

namespace bench {

namespace {

class PingPong : public Pair {
public:
    explicit PingPong(bool asleep)
        : asleep_(asleep),
          name_(unique_name()),
          memory_(name_, SharedMapping::How::make, 0),
          server_(server_program(32), {asleep ? "futex" : "ping_pong", name_ + ":0"}) {}

    Timing measure(const Budget& budget) override {
        SharedPage& page = memory_.page();
        return time_calls(budget, [&] {
            page.a = 1;
            page.b = 2;
            if (asleep_) {
                exchange_sleeping(page, ++count_);
            } else {
                exchange_spinning(page, ++count_);
            }
            check_sum(page.sum);
        });
    }

    pid_t spinning_server() const override { return asleep_ ? 0 : server_.pid(); }

private:
    bool asleep_;
    std::string name_;
    SharedMapping memory_;
    Server server_;
    std::uint32_t count_ = 0;
};

void answer(const SharedMapping& memory) noexcept {
    SharedPage& page = memory.page();
    if (page.elements == 0) {
        page.sum = page.a + page.b;
        return;
    }
    const double* const x = memory.arguments();
    double* const y = memory.results();
    for (std::uint32_t i = 0; i < page.elements; ++i)
        y[i] = 2 * x[i];
}

/// NAME:ELEMENTS, the most that the arrays hold.
SharedMapping attach(const std::string& address) {
    const auto colon = address.find(':');
    return {address.substr(0, colon), SharedMapping::How::attach,
            static_cast<std::size_t>(std::stoul(address.substr(colon + 1)))};
}

}  // namespace

Contestant ping_pong() {
    return {"ping_pong", "bare shared memory, 8 bytes, spinning", 32,
            [] { return std::make_unique<PingPong>(false); }};
}

Contestant futex() {
    return {"futex", "bare shared memory, 8 bytes, futex only", 32,
            [] { return std::make_unique<PingPong>(true); }};
}

void serve_ping_pong(const std::string& address) {
    const SharedMapping memory = attach(address);
    SharedPage& page = memory.page();
    say_ready();
    for (std::uint32_t count = 1;; ++count) {
        while (page.requests.load(std::memory_order_acquire) != count)
            __builtin_ia32_pause();
        answer(memory);
        page.replies.store(count, std::memory_order_release);
    }
}

void serve_futex(const std::string& address) {
    const SharedMapping memory = attach(address);
    SharedPage& page = memory.page();
    say_ready();
    for (std::uint32_t count = 1;; ++count) {
        while (page.requests.load() != count)
            ::syscall(SYS_futex, &page.requests, FUTEX_WAIT, count - 1, nullptr, nullptr, 0);
        answer(memory);
        page.replies.store(count);
        ::syscall(SYS_futex, &page.replies, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    }
}

FloorArrays::FloorArrays(std::size_t most_elements)
    : name_(unique_name()),
      memory_(name_, SharedMapping::How::make, most_elements),
      server_(server_program(32), {"ping_pong", name_ + ":" + std::to_string(most_elements)}) {}

void FloorArrays::double_in_place(std::size_t elements) noexcept {
    memory_.page().elements = static_cast<std::uint32_t>(elements);
    exchange_spinning(memory_.page(), ++count_);
}

}  // namespace bench
