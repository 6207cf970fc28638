// A program that forks while it has clients: in main, and static ones. The child ends as the
// argument says: "exit", "return", "async" (there are threads), "own" (it uses a client of its
// own).
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/client.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

int main(int, char** argv) {
    const std::string way = argv[1];
    const bridge32::ClientOptions options{.plugin_path = BRIDGE32_TEST_PLUGINS};
    static const bridge32::Client kept("echo", options);
    const bridge32::Client c("echo", options);
    std::atexit([] { std::fflush(stdout); });
    kept.call<int>("add", 1, 2);
    if (way == "async") (void)c.async<int>("add", 1, 2).then([](int n) { return n; }).get();
    const pid_t pid = ::fork();
    if (pid == 0) {
        if (way == "exit") std::exit(0);
        if (way == "own") {
            return bridge32::Client("echo", options).call<int>("add", 1, 2) == 3 ? 0 : 1;
        }
        return 0;
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    std::printf("child %d, parent %d %d\n", status, kept.call<int>("add", 1, 2),
                c.call<int>("add", 1, 2));
}
