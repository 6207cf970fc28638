// Two queues of Boost.Interprocess, 8 raw bytes there and 4 back. The queue's own layout differs
// between 32 and 64 bit, so the server is 64-bit.
#include <boost/interprocess/ipc/message_queue.hpp>
#include <cstdint>
#include <memory>

#include "contestants.hpp"
#include "server.hpp"

namespace bench {

namespace {

namespace ipc = boost::interprocess;

/// Also when the server does not start.
struct RemovedAtEnd {
    std::string name;
    ~RemovedAtEnd() { ipc::message_queue::remove(name.c_str()); }
};

class MessageQueue : public Pair {
public:
    MessageQueue()
        : requests_(ipc::create_only, in_.name.c_str(), 16, sizeof(Summands)),
          replies_(ipc::create_only, out_.name.c_str(), 16, sizeof(std::int32_t)),
          server_(server_program(64), {"message_queue", name_}) {}

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] {
            const Summands numbers{1, 2};
            requests_.send(&numbers, sizeof numbers, 0);
            std::int32_t sum = 0;
            ipc::message_queue::size_type size = 0;
            unsigned priority = 0;
            replies_.receive(&sum, sizeof sum, size, priority);
            check_sum(sum);
        });
    }

private:
    const std::string name_ = unique_name();
    const RemovedAtEnd in_{name_ + ".in"};
    const RemovedAtEnd out_{name_ + ".out"};
    ipc::message_queue requests_;
    ipc::message_queue replies_;
    Server server_;
};

}  // namespace

Contestant message_queue() {
    return {"message_queue", "boost::interprocess::message_queue, 8 raw bytes", 64,
            [] { return std::make_unique<MessageQueue>(); }};
}

void serve_message_queue(const std::string& name) {
    ipc::message_queue requests(ipc::open_only, (name + ".in").c_str());
    ipc::message_queue replies(ipc::open_only, (name + ".out").c_str());
    say_ready();
    for (;;) {
        Summands numbers{};
        ipc::message_queue::size_type size = 0;
        unsigned priority = 0;
        requests.receive(&numbers, sizeof numbers, size, priority);
        const std::int32_t sum = numbers.a + numbers.b;
        replies.send(&sum, sizeof sum, 0);
    }
}

}  // namespace bench
