// ZeroMQ over ipc://, REQ and REP, 8 raw bytes there and 4 back. Debian has it in 32 bit only for
// its i386 architecture, so the server is 64-bit.
#include <zmq.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

#include "contestants.hpp"
#include "server.hpp"

namespace bench {

namespace {

class Socket {
public:
    explicit Socket(int type) : context_(zmq_ctx_new()), socket_(zmq_socket(context_, type)) {
        const int linger = 0;
        zmq_setsockopt(socket_, ZMQ_LINGER, &linger, sizeof linger);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        zmq_close(socket_);
        zmq_ctx_term(context_);
    }

    void* get() const noexcept { return socket_; }
    template <class T>
    void send(const T& value) const {
        if (zmq_send(socket_, &value, sizeof value, 0) < 0) throw failure();
    }
    template <class T>
    void receive(T& value) const {
        if (zmq_recv(socket_, &value, sizeof value, 0) < 0) throw failure();
    }
    static std::runtime_error failure() {
        return std::runtime_error(std::string("ZeroMQ: ") + zmq_strerror(zmq_errno()));
    }

private:
    void* context_;
    void* socket_;
};

class Zeromq : public Pair {
public:
    Zeromq()
        : address_("ipc://" + folder_.file("zeromq")),
          server_(server_program(64), {"zeromq", address_}),
          socket_(ZMQ_REQ) {
        if (zmq_connect(socket_.get(), address_.c_str()) != 0) throw Socket::failure();
    }

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] {
            std::int32_t sum = 0;
            socket_.send(Summands{1, 2});
            socket_.receive(sum);
            check_sum(sum);
        });
    }

private:
    TemporaryFolder folder_;
    std::string address_;
    Server server_;
    Socket socket_;
};

}  // namespace

Contestant zeromq() {
    return {"zeromq", "ZeroMQ ipc://, REQ and REP, 8 raw bytes", 64,
            [] { return std::make_unique<Zeromq>(); }};
}

void serve_zeromq(const std::string& address) {
    const Socket socket(ZMQ_REP);
    if (zmq_bind(socket.get(), address.c_str()) != 0) throw Socket::failure();
    say_ready();
    for (;;) {
        Summands numbers{};
        socket.receive(numbers);
        socket.send(std::int32_t{numbers.a + numbers.b});
    }
}

}  // namespace bench
