// Who takes part: each a source file in contestants/, with the client's half and, but for bridge32
// itself, the server's, which the 32-bit server program runs where the libraries it needs exist in
// 32 bit.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "timing.hpp"

namespace bench {

/// A client with its server, connected.
class Pair {
public:
    virtual ~Pair() = default;
    /// Times calls of add(1, 2), and checks the sums.
    virtual Timing measure(const Budget& budget) = 0;
    /// Of a server that spins; else 0. See apart.hpp.
    virtual pid_t spinning_server() const { return 0; }
};

/// What those send that encode nothing; the reply is the sum.
struct Summands {
    std::int32_t a;
    std::int32_t b;
};

struct Contestant {
    std::string name;
    std::string what;      ///< for people
    int server_bits = 32;  ///< the client is always 64-bit
    std::function<std::unique_ptr<Pair>()> start;
};

Contestant ping_pong();  // bare shared memory, spinning: the floor
Contestant futex();      // the same, asleep between the calls
Contestant bridge32_adaptive();
Contestant bridge32_spin();
Contestant bridge32_block();
Contestant bridge32_in_process();
Contestant unix_socket();
Contestant pipe();
Contestant message_queue();
Contestant zeromq();
Contestant grpc();
Contestant http_pickle();

/// All that were built.
std::vector<Contestant> contestants();

/// The servers' halves: serve until the process is killed.
void serve_ping_pong(const std::string& address);
void serve_futex(const std::string& address);
void serve_unix_socket(const std::string& address);
void serve_pipe(const std::string& address);
void serve_message_queue(const std::string& address);
void serve_zeromq(const std::string& address);
void serve_grpc(const std::string& address);

}  // namespace bench
