// bench_server32|64 CONTESTANT ADDRESS: the server's half of a contestant.
#include <sys/prctl.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>

#include "contestants.hpp"

int main(int argc, char** argv) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const std::map<std::string, void (*)(const std::string&)> servers{
        {"ping_pong", bench::serve_ping_pong},
        {"futex", bench::serve_futex},
        {"unix_socket", bench::serve_unix_socket},
        {"pipe", bench::serve_pipe},
        {"message_queue", bench::serve_message_queue},
#ifdef BENCH_ZEROMQ
        {"zeromq", bench::serve_zeromq},
#endif
#ifdef BENCH_GRPC
        {"grpc", bench::serve_grpc},
#endif
    };
    if (argc != 3 || !servers.contains(argv[1])) {
        std::fprintf(stderr, "usage: %s CONTESTANT ADDRESS\n", argv[0]);
        return 2;
    }
    try {
        servers.at(argv[1])(argv[2]);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", argv[1], e.what());
        return 1;
    }
}
