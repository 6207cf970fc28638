// A program that does what a client need not expect: odd_client_linux WHAT [HOST]. Prints what
// comes of it, a line for each step. HOST: the shared host to connect to, instead of a host of its
// own.
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
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
    std::replace(what.begin(), what.end(), '\n', ' ');
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

/// What it has had so far may grow no further.
void limit_files_later() {
    const Client c = open(nullptr);
    const rlimit limits{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limits);
    step("calls", [&] {
        for (int i = 0; i < 100; ++i)
            add(c);
    });
}

/// As a user of its own, since root's processes are not counted.
void limit_processes() {
    const auto own = 100'000'000 + static_cast<uid_t>(::getpid());
    if (::setgroups(0, nullptr) != 0 || ::setgid(own) != 0 || ::setuid(own) != 0)
        throw bridge32::Error("setuid");
    if (::access(BRIDGE32_TEST_PLUGINS "/concurrent.b32.so", R_OK) != 0) {
        std::puts("unreadable");
        return;
    }
    rlimit limits{};
    ::getrlimit(RLIMIT_NPROC, &limits);
    for (rlim_t most = 1; most <= 12; ++most) {
        limits.rlim_cur = most;
        if (::setrlimit(RLIMIT_NPROC, &limits) != 0) throw bridge32::Error("setrlimit");
        step(std::to_string(most).c_str(), [&] {
            const Client c = open(nullptr, "concurrent");
            auto first = c.async<int>("add", 1, 2);
            auto second = c.async<int>("add", 1, 2);
            if (first.get() + second.get() != 6) throw bridge32::Error("a wrong sum");
        });
    }
    std::fflush(stdout);
    std::_Exit(0);  // a sanitizer has no process to look for leaks with
}

/// Until it is killed, or for half a minute.
void stay(const char* host) {
    const Client c = open(host);
    add(c);
    std::printf("%u\n", c.host_info().pid);
    std::fflush(stdout);
    std::this_thread::sleep_for(30s);
}

/// The host's process is not to be seen from here.
void work_from_afar(const char* host) {
    auto c = open(host, "concurrent");
    std::printf("process: %u\n", c.host_info().pid);
    step("call", [&] { add(c); });
    step("array", [&] {
        const auto array = c.make_array<double>({100'000});
        if (c.call<bridge32::NdArray<const double>>("twice", array).size() != 100'000)
            throw bridge32::Error("a wrong size");
    });
    step("end", [&] { const Client end = std::move(c); });
    const auto other = open(host, "concurrent");
    step("again", [&] { add(other); });
    std::puts("waits");
    std::fflush(stdout);
    step("wait", [&] { other.with_timeout(20s).call("sleep_ms", 20'000); });
    step("connect", [&] { add(open(host, "concurrent")); });
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
        if (what == "few bytes later") limit_files_later();
        if (what == "few processes") limit_processes();
        if (what == "stays") stay(host);
        if (what == "from afar") work_from_afar(host);
        if (what == "few descriptors") limit(RLIMIT_NOFILE, 6);
    } catch (const std::exception& e) {
        std::printf("failed: %s\n", e.what());
        return 1;
    }
}
