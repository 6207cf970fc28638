// A program that does what a client need not expect: odd_client_linux WHAT [HOST]. Prints what
// comes of it, a line for each step. HOST: the shared host to connect to, instead of a host of its
// own.
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/client.hpp>
#include <bridge32/crash.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

using bridge32::Client;
using namespace std::chrono_literals;

Client open(const char* host, const char* plugin = "crashes") {
    bridge32::ClientOptions options;
    options.plugin_path = BRIDGE32_TEST_PLUGINS;
    options.call_timeout = 10s;
    options.shutdown_timeout = 1s;
    return host == nullptr ? Client(plugin, options) : Client::connect(host, plugin, options);
}

template <class Work>
void step(const char* name, const Work& work) {
    std::string what = "done";
    try {
        work();
    } catch (const bridge32::HostCrashed& e) {
        what = "HostCrashed " + e.cause();
    } catch (const bridge32::ConnectionClosed&) {
        what = "ConnectionClosed";
    } catch (const bridge32::Error& e) {
        what = e.what();
    }
    std::printf("%s: %s\n", name, what.c_str());
    std::fflush(stdout);
}

void add(const Client& c) {
    if (c.call<int>("add", 1, 2) != 3) throw bridge32::Error("a wrong sum");
}

/// The process becomes another program, without the end of its objects.
void exec(const char* host, bool busy) {
    const Client c = open(host);
    const auto hangs = busy ? c.async("hang") : c.async("pid");
    std::printf("%u\n", c.host_info().pid);
    std::fflush(stdout);
    ::execl("/bin/sleep", "sleep", "30", nullptr);
}

/// Descriptors that we have not opened are closed, and their numbers mean something else.
void close_descriptors(const char* host) {
    auto c = std::make_unique<Client>(open(host, "echo"));
    add(*c);
    ::close_range(3, ~0U, 0);
    std::vector<int> pipes;
    for (int i = 0; i < 20; ++i) {
        int ends[2];
        if (::pipe(ends) != 0 || ::write(ends[1], "mine", 4) != 4) throw bridge32::Error("pipe");
        pipes.insert(pipes.end(), {ends[0], ends[1]});
    }
    std::this_thread::sleep_for(300ms);
    const std::vector<double> large(1'000'000, 1.5);
    step("large", [&] { c->call<std::vector<double>>("echo_f64s", large); });
    step("small", [&] { add(*c); });
    step("end", [&] { c.reset(); });
    step("again", [&] { add(open(host, "echo")); });
    int lost = 0;
    for (std::size_t i = 0; i < pipes.size(); i += 2) {
        char text[8];
        ::fcntl(pipes[i], F_SETFL, O_NONBLOCK);
        if (::read(pipes[i], text, sizeof text) != 4) ++lost;
        if (::write(pipes[i + 1], "more", 4) != 4) ++lost;
    }
    std::printf("lost: %d\n", lost);
}

/// Children are collected by the system, or by the program itself.
void collect_children(bool ignore) {
    if (ignore) ::signal(SIGCHLD, SIG_IGN);
    auto c = open(nullptr);
    std::thread waits;
    if (!ignore) {
        waits = std::thread([] {
            while (::wait(nullptr) > 0) {
            }
        });
    }
    step("call", [&] { add(c); });
    step("crash", [&] { c.call("segv"); });
    step("restart", [&] { c.restart(); });
    step("call", [&] { add(c); });
    step("terminate", [&] { c.terminate(); });
    step("end", [&] { const Client end = std::move(c); });
    if (waits.joinable()) waits.join();
}

void give_up_rights() {
    auto c = open(nullptr);
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) throw bridge32::Error("setuid");
    step("call", [&] { add(c); });
    step("hang", [&] { c.with_timeout(100ms).call("hang"); });
    step("end", [&] { const Client end = std::move(c); });
    std::_Exit(0);  // a sanitizer may not look for leaks any more
}

void limit(int which, rlim_t value) {
    const rlimit limits{value, value};
    ::setrlimit(static_cast<__rlimit_resource>(which), &limits);
    step("open", [&] { add(open(nullptr)); });
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "";
    const char* const host = argc > 2 ? argv[2] : nullptr;
    try {
        if (what == "exec") exec(host, /*busy=*/false);
        if (what == "exec busy") exec(host, /*busy=*/true);
        if (what == "closes descriptors") close_descriptors(host);
        if (what == "ignores SIGCHLD") collect_children(/*ignore=*/true);
        if (what == "waits") collect_children(/*ignore=*/false);
        if (what == "gives up rights") give_up_rights();
        if (what == "few bytes") limit(RLIMIT_FSIZE, 4096);
        if (what == "few descriptors") limit(RLIMIT_NOFILE, 6);
    } catch (const std::exception& e) {
        std::printf("failed: %s\n", e.what());
        return 1;
    }
}
