// Two pipes, 8 raw bytes there and 4 back.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

#include "contestants.hpp"
#include "server.hpp"

namespace bench {

namespace {

/// For both directions, so that opening does not wait for the other side.
int open_pipe(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (file < 0) throw std::system_error(errno, std::generic_category(), "open " + path);
    return file;
}

class Pipe : public Pair {
public:
    Pipe() {
        for (const char* end : {"pipe.in", "pipe.out"}) {
            if (::mkfifo(folder_.file(end).c_str(), 0600) != 0) {
                throw std::system_error(errno, std::generic_category(), "mkfifo");
            }
        }
        in_ = open_pipe(folder_.file("pipe.in"));
        out_ = open_pipe(folder_.file("pipe.out"));
        server_ = std::make_unique<Server>(server_program(32),
                                           std::vector<std::string>{"pipe", folder_.file("pipe")});
    }
    ~Pipe() override {
        ::close(in_);
        ::close(out_);
    }

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] {
            const Summands numbers{1, 2};
            std::int32_t sum = 0;
            if (::write(in_, &numbers, sizeof numbers) != sizeof numbers ||
                ::read(out_, &sum, sizeof sum) != sizeof sum) {
                throw std::system_error(errno, std::generic_category(), "pipe");
            }
            check_sum(sum);
        });
    }

private:
    TemporaryFolder folder_;
    int in_ = -1;
    int out_ = -1;
    std::unique_ptr<Server> server_;
};

}  // namespace

Contestant pipe() {
    return {"pipe", "two pipes, 8 raw bytes", 32, [] { return std::make_unique<Pipe>(); }};
}

void serve_pipe(const std::string& path) {
    const int in = open_pipe(path + ".in");
    const int out = open_pipe(path + ".out");
    say_ready();
    Summands numbers;
    while (::read(in, &numbers, sizeof numbers) == sizeof numbers) {
        const std::int32_t sum = numbers.a + numbers.b;
        if (::write(out, &sum, sizeof sum) != sizeof sum) return;
    }
}

}  // namespace bench
