#include "os/process.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "support/linux/without_pidfd.hpp"

namespace linux_process_test {

using namespace bridge32;
using namespace bridge32::os;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

struct Result {
    std::string out;
    std::string err;
    ExitStatus status;
};

/// Reads both streams to their ends, so that neither fills up, then waits.
Result finish(ChildProcess& child) {
    Result result;
    pollfd entries[2]{{static_cast<int>(child.out()), POLLIN, 0},
                      {static_cast<int>(child.err()), POLLIN, 0}};
    std::string* texts[2]{&result.out, &result.err};
    while (entries[0].fd >= 0 || entries[1].fd >= 0) {
        REQUIRE(::poll(entries, 2, 20'000) > 0);
        for (int i = 0; i < 2; ++i) {
            if (entries[i].fd < 0 || entries[i].revents == 0) continue;
            char buffer[4096];
            const ssize_t count = ::read(entries[i].fd, buffer, sizeof buffer);
            if (count > 0) {
                texts[i]->append(buffer, static_cast<std::size_t>(count));
            } else {
                entries[i].fd = -1;
            }
        }
    }
    REQUIRE(child.handle().wait(20s));
    result.status = child.collect();
    return result;
}

ProcessOptions shell(const std::string& script) {
    ProcessOptions options;
    options.executable = "/bin/sh";
    options.arguments = {"-c", script};
    return options;
}

Result run(const ProcessOptions& options) {
    auto child = ChildProcess::start(options);
    return finish(child);
}

std::string error_of(const ProcessOptions& options) {
    try {
        ChildProcess::start(options);
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// A folder that goes with the object.
class Folder {
public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "bridge32-test-XXXXXX").string();
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        for (const auto& entry : fs::directory_iterator(path_, ignored))
            fs::remove(entry.path(), ignored);
        fs::remove(path_, ignored);
    }
    fs::path file(const std::string& name, const std::string& content, mode_t mode) const {
        const fs::path path = path_ / name;
        std::ofstream(path) << content;
        ::chmod(path.c_str(), mode);
        return path;
    }
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

struct Printed {
    std::string out;
    std::string err;
};

Printed read_all(const ChildProcess& child) {
    Printed printed;
    read_output_until_exit(child, [&](Output output, std::string_view text) {
        (output == Output::kOut ? printed.out : printed.err).append(text);
    });
    return printed;
}

/// On a thread of its own: what it is made to miss, it misses for ever.
void without_pidfd(const std::function<void()>& work) {
    bool possible = false;
    std::thread([&] {
        possible = test::pretend_no_pidfd();
        if (possible) work();
    }).join();
    if (!possible) MESSAGE("this system does not let a program do without pidfd");
}

bool is_folder(NativeHandle native) {
    struct stat facts {};
    return ::fstat(static_cast<int>(native), &facts) == 0 && S_ISDIR(facts.st_mode);
}

}  // namespace

TEST_CASE("process: its streams and its exit code come back") {
    const auto result = run(shell("echo out; echo err >&2; exit 3"));

    CHECK(result.out == "out\n");
    CHECK(result.err == "err\n");
    CHECK(result.status.known);
    CHECK_FALSE(result.status.by_fault);
    CHECK(result.status.code == 3);
    CHECK(result.status.name() == "exit code 3");
    CHECK(result.status.in_words() == "exit code 3");
}

TEST_CASE("process: a signal that ended it is told by name") {
    const auto result = run(shell("kill -SEGV $$"));

    CHECK(result.status.by_fault);
    CHECK(result.status.code == SIGSEGV);
    CHECK(result.status.name() == "SIGSEGV");
    CHECK(result.status.in_words() == "SIGSEGV (Segmentation fault)");
}

TEST_CASE("process: words for what is not known") {
    CHECK(ExitStatus{}.name() == "unknown");
    CHECK(contains(ExitStatus{}.in_words(), "unknown cause"));
    CHECK(ExitStatus{true, true, 200}.name() == "signal 200");
    CHECK(ExitStatus{true, true, 200}.in_words() == "signal 200");
    CHECK(ExitStatus{true, false, 0}.in_words() == "exit code 0");
}

TEST_CASE("process: more output than a pipe holds comes whole") {
    const auto result = run(shell("head -c 300000 /dev/zero; head -c 200000 /dev/zero >&2"));

    CHECK(result.out.size() == 300'000);
    CHECK(result.err.size() == 200'000);
}

TEST_CASE("process: arguments are passed as they are") {
    ProcessOptions options = shell(R"(printf '%s|' "$@")");
    options.arguments.insert(options.arguments.end(), {"sh", "", "two words", "$HOME", "\xC3\xA4"});

    CHECK(run(options).out == "|two words|$HOME|\xC3\xA4|");
}

TEST_CASE("process: the environment is ours with the additions") {
    ::setenv("BRIDGE32_TEST_KEPT", "kept", 1);
    ::setenv("BRIDGE32_TEST_REPLACED", "old", 1);
    ProcessOptions options =
        shell("echo $BRIDGE32_TEST_KEPT $BRIDGE32_TEST_REPLACED \"$BRIDGE32_TEST_ADDED\"");
    options.environment = {{"BRIDGE32_TEST_REPLACED", "new"}, {"BRIDGE32_TEST_ADDED", "a=b c"}};

    const auto result = run(options);

    ::unsetenv("BRIDGE32_TEST_KEPT");
    ::unsetenv("BRIDGE32_TEST_REPLACED");
    CHECK(result.out == "kept new a=b c\n");
}

TEST_CASE("process: it starts in its working directory, by default in ours") {
    const Folder folder;
    ProcessOptions options = shell("pwd -P");

    CHECK(run(options).out == fs::canonical(fs::current_path()).string() + "\n");
    options.working_directory = folder.path();
    CHECK(run(options).out == fs::canonical(folder.path()).string() + "\n");
}

TEST_CASE("process: what cannot be started says why") {
    const Folder folder;
    ProcessOptions options;

    SUBCASE("no such file") {
        options.executable = folder.path() / "missing";
        const auto error = error_of(options);
        CHECK(contains(error, options.executable.string()));
        CHECK(contains(error, "file not found"));
    }
    SUBCASE("not executable") {
        options.executable = folder.file("plain", "#!/bin/sh\n", 0644);
        const auto error = error_of(options);
        CHECK(contains(error, options.executable.string()));
        CHECK(contains(error, "not executable"));
    }
    SUBCASE("no program") {
        options.executable = folder.file("text", "no program\n", 0755);
        CHECK(contains(error_of(options), "this system cannot run the file"));
    }
    SUBCASE("a program whose loader is missing") {
        options.executable = folder.file("script", "#!/no/such/loader\n", 0755);
        CHECK(contains(error_of(options), "this system cannot run the file"));
    }
    SUBCASE("a folder") {
        options.executable = folder.path();
        CHECK(contains(error_of(options), folder.path().string()));
    }
    SUBCASE("a working directory that is not there") {
        options = shell("true");
        options.working_directory = folder.path() / "missing";
        const auto error = error_of(options);
        CHECK(contains(error, "working directory"));
        CHECK(contains(error, options.working_directory.string()));
    }
    SUBCASE("a working directory that is a file") {
        options = shell("true");
        options.working_directory = folder.file("file", "", 0644);
        CHECK(contains(error_of(options), "is not a folder"));
    }
}

TEST_CASE("process: it inherits three descriptors and no more") {
    const int null = ::open("/dev/null", O_RDONLY);  // on purpose without O_CLOEXEC
    REQUIRE(null >= 0);
    REQUIRE(::dup2(null, 200) == 200);

    const auto result =
        run(shell("for fd in /proc/self/fd/*; do test -e $fd && echo ${fd##*/}; done"));

    ::close(200);
    ::close(null);
    CHECK(result.out == "0\n1\n2\n");
}

TEST_CASE("process: its stdin is empty") { CHECK(run(shell("cat; echo end")).out == "end\n"); }

TEST_CASE("process: blocked and ignored signals are not handed down, except by nohup") {
    sigset_t blocked;
    sigset_t before;
    ::sigemptyset(&blocked);
    ::sigaddset(&blocked, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
    const auto old = ::signal(SIGINT, SIG_IGN);

    const auto term = run(shell("kill -TERM $$; exit 1"));
    const auto interrupt = run(shell("kill -INT $$; exit 1"));
    const auto old_hang_up = ::signal(SIGHUP, SIG_IGN);
    const auto hang_up = run(shell("kill -HUP $$; exit 1"));

    ::signal(SIGHUP, old_hang_up);
    ::signal(SIGINT, old);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    CHECK(term.status.name() == "SIGTERM");
    CHECK(interrupt.status.name() == "SIGINT");
    CHECK(hang_up.status.name() == "exit code 1");
}

TEST_CASE("process: the destructor ends what still runs, and leaves no zombie") {
    std::uint32_t pid = 0;
    std::optional<ProcessHandle> watch;
    {
        const auto child = ChildProcess::start(shell("exec sleep 1000"));
        pid = child.pid();
        watch = ProcessHandle::of(pid);
        CHECK(child.handle().alive());
        CHECK(watch->alive());
        CHECK_FALSE(watch->wait(1ms));
    }
    CHECK_FALSE(watch->alive());
    CHECK(::waitpid(static_cast<pid_t>(pid), nullptr, WNOHANG) == -1);
}

TEST_CASE("process: a moved child is one child") {
    auto first = ChildProcess::start(shell("echo moved; exit 4"));
    ChildProcess second(std::move(first));

    const auto result = finish(second);

    CHECK(result.out == "moved\n");
    CHECK(result.status.code == 4);
}

TEST_CASE("process: a handle outlasts its process, and killing the dead is harmless") {
    auto child = ChildProcess::start(shell("exec sleep 1000"));
    const auto handle = ProcessHandle::of(child.pid());

    handle.kill();
    CHECK(handle.wait(20s));
    CHECK_FALSE(handle.alive());
    handle.kill();

    CHECK(child.collect().name() == "SIGKILL");
}

TEST_CASE("process: waiting for the longest time ends with the process") {
    auto child = ChildProcess::start(shell("exit 0"));

    CHECK(child.handle().wait(std::chrono::milliseconds::max()));

    CHECK(child.collect().code == 0);
}

TEST_CASE("process: a handle of nobody is an error with its number") {
    try {
        ProcessHandle::of(0x3FFF'FFFF);
        FAIL("there is no such process");
    } catch (const Error& e) {
        CHECK(contains(e.what(), "1073741823"));
    }
}

TEST_CASE("process: we know who we are") {
    CHECK(own_pid() == static_cast<std::uint32_t>(::getpid()));
    CHECK(own_bits() == static_cast<int>(8 * sizeof(void*)));
}

TEST_CASE("child output: both streams come whole and apart, whatever their size") {
    auto child = ChildProcess::start(
        shell("head -c 3000000 /dev/zero; echo err >&2; head -c 2000000 /dev/zero >&2"));

    const auto printed = read_all(child);

    CHECK(printed.out == std::string(3'000'000, '\0'));
    CHECK(printed.err == "err\n" + std::string(2'000'000, '\0'));
    CHECK(child.collect().code == 0);
}

TEST_CASE("child output: what a child printed just before it died is not lost") {
    auto child = ChildProcess::start(shell("printf last; kill -KILL $$"));

    CHECK(read_all(child).out == "last");
    CHECK(child.collect().name() == "SIGKILL");
}

TEST_CASE("child output: a child that closes its streams is waited for all the same") {
    auto child = ChildProcess::start(shell("exec >&- 2>&-; exit 5"));

    CHECK(read_all(child).out.empty());
    CHECK_FALSE(child.handle().alive());
    CHECK(child.collect().code == 5);
}

TEST_CASE("child output: a grandchild that holds the streams is not waited for") {
    const auto start = std::chrono::steady_clock::now();
    auto child = ChildProcess::start(shell("sleep 60 & echo $!; exit 0"));

    const auto printed = read_all(child);

    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(30));
    REQUIRE_FALSE(printed.out.empty());
    ::kill(std::stoi(printed.out), SIGKILL);
    CHECK(child.collect().code == 0);
}

TEST_CASE("process: without pidfd, a handle knows whether its process lives, and ends it") {
    without_pidfd([] {
        auto child = ChildProcess::start(shell("exec sleep 1000"));
        const auto handle = ProcessHandle::of(child.pid());
        CHECK(is_folder(handle.native()));  // in /proc
        CHECK(handle.alive());
        CHECK_FALSE(handle.wait(1ms));

        handle.kill();

        CHECK(handle.wait(20s));
        CHECK_FALSE(handle.alive());  // though nobody has collected it
        CHECK(child.collect().name() == "SIGKILL");
        CHECK_FALSE(handle.alive());
        handle.kill();  // harmless
    });
}

TEST_CASE("process: without pidfd, what a child prints is read until it ends") {
    without_pidfd([] {
        // A grandchild keeps the pipe open beyond that.
        auto child = ChildProcess::start(shell("echo printed; sleep 1000 & echo $!; exit 3"));
        std::string text;

        read_output_until_exit(child, [&](Output, std::string_view part) { text += part; });

        CHECK(text.starts_with("printed\n"));
        CHECK(child.collect().code == 3);
        const auto grandchild = std::stoul(text.substr(text.find('\n') + 1));
        ProcessHandle::of(static_cast<std::uint32_t>(grandchild)).kill();
    });
}

TEST_CASE("process: without pidfd, a process lives on when only its main thread has ended") {
    without_pidfd([] {
        int ends[2];
        REQUIRE(::pipe(ends) == 0);
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::close(ends[1]);
            std::thread([end = ends[0]] {
                char byte = 0;
                while (::read(end, &byte, 1) > 0) {
                }
                ::_exit(0);
            }).detach();
            ::syscall(SYS_exit, 0);  // of this thread
        }
        ::close(ends[0]);
        const auto handle = ProcessHandle::of(static_cast<std::uint32_t>(pid));

        const bool ended_early = handle.wait(200ms);
        ::close(ends[1]);

        CHECK_FALSE(ended_early);
        CHECK(handle.wait(20s));
        CHECK(::waitpid(pid, nullptr, 0) == pid);
    });
}

TEST_CASE("process: without pidfd, who has no descriptor left takes nobody for dead") {
    without_pidfd([] {
        const auto child = ChildProcess::start(shell("exec sleep 1000"));
        rlimit before{};
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
        const rlimit none{0, before.rlim_max};

        REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
        const bool alive = child.handle().alive();
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);

        CHECK(alive);
        child.handle().kill();
        CHECK(child.handle().wait(20s));
    });
}

TEST_CASE("process: without pidfd, a handle of nobody is an error with its number") {
    without_pidfd([] {
        std::string text;
        try {
            ProcessHandle::of(0x3FFF'FFFF);
        } catch (const Error& e) {
            text = e.what();
        }
        CHECK(text == "cannot open process 1073741823: No such process");
    });
}

}  // namespace linux_process_test
