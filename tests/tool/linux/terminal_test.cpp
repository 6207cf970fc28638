// The tool in a terminal: completion, history, colours.
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "tool/support.hpp"

namespace linux_terminal_test {

using test::text_of;

namespace {

/// Runs `bridge32` in a new terminal.
class Terminal {
public:
    Terminal(const std::vector<std::string>& arguments, const std::filesystem::path& home)
        : terminal_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
        REQUIRE(terminal_ >= 0);
        REQUIRE(grantpt(terminal_) == 0);
        REQUIRE(unlockpt(terminal_) == 0);
        const std::string device = ptsname(terminal_);
        const std::string program = text_of(test::kBin / "bridge32");
        const std::string plugins = "BRIDGE32_PLUGIN_PATH=" + text_of(test::kPlugins);
        const std::string state = "XDG_STATE_HOME=" + text_of(home);
        std::vector<const char*> words{"env", "TERM=xterm", plugins.c_str(), state.c_str(),
                                       program.c_str()};
        for (const auto& argument : arguments)
            words.push_back(argument.c_str());
        words.push_back(nullptr);
        process_ = fork();
        REQUIRE(process_ >= 0);
        if (process_ != 0) return;
        setsid();
        const int end = open(device.c_str(), O_RDWR);  // becomes the controlling terminal
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            dup2(end, stream);
        execvp("env", const_cast<char* const*>(words.data()));
        _exit(127);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (process_ > 0) end();
        close(terminal_);
    }

    void type(const std::string& text) {
        CHECK(write(terminal_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }

    /// True once this appears after the text that was last waited for.
    bool shows(const std::string& text) {
        for (;;) {
            if (const auto at = seen_.find(text); at != std::string::npos) {
                seen_.erase(0, at + text.size());
                return true;
            }
            if (!read_more()) return false;
        }
    }
    /// True once it shows the prompt and reads single keys.
    bool asks() {
        return shows("echo> ") && test::eventually([this] {
                   termios state{};
                   return tcgetattr(terminal_, &state) == 0 && (state.c_lflag & ICANON) == 0;
               });
    }
    /// The remaining output, until the program ends.
    std::string rest() {
        while (read_more()) {
        }
        return seen_;
    }
    /// The exit code. Kills the program if it does not end by itself.
    int end() {
        rest();
        ::kill(process_, SIGKILL);
        int status = 0;
        waitpid(std::exchange(process_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    bool read_more() {
        constexpr int kLimit = 20'000;  // ms; a bound, not an expectation
        pollfd wanted{terminal_, POLLIN, 0};
        std::array<char, 4096> buffer{};
        if (poll(&wanted, 1, kLimit) <= 0) return false;
        const ssize_t size = read(terminal_, buffer.data(), buffer.size());
        if (size <= 0) return false;
        seen_.append(buffer.data(), static_cast<std::size_t>(size));
        return true;
    }

    int terminal_;
    pid_t process_ = -1;
    std::string seen_;
};

bool has_line_editor() {
    void* const library = dlopen("libedit.so.2", RTLD_LAZY);
    if (library == nullptr) MESSAGE("[skipped] libedit is not installed");
    if (library != nullptr) dlclose(library);
    return library != nullptr;
}

}  // namespace

TEST_CASE("repl: Tab completes methods, and the arrow keys recall lines") {
    if (!has_line_editor()) return;
    test::TemporaryFolder home;
    {
        Terminal terminal({"repl", "echo"}, home.path());
        REQUIRE(terminal.asks());
        terminal.type("echo_c_s\t");
        REQUIRE(terminal.shows("tring "));  // what was added
        terminal.type("one\n");
        REQUIRE(terminal.shows("\none\r\n"));
        REQUIRE(terminal.asks());
        terminal.type("echo_c_string v\t");
        REQUIRE(terminal.shows("alue="));
        terminal.type("two\n");
        REQUIRE(terminal.shows("\ntwo\r\n"));
        REQUIRE(terminal.asks());
        terminal.type("\x04");
        CHECK(terminal.end() == 0);
    }

    Terminal later({"repl", "echo"}, home.path());
    REQUIRE(later.asks());
    later.type("\x1b[A\n");

    REQUIRE(later.shows("\ntwo\r\n"));
    REQUIRE(later.asks());
    later.type(".quit\n");
    CHECK(later.end() == 0);
}

TEST_CASE("the tool: uses colours only in a terminal, unless told otherwise") {
    test::TemporaryFolder home;
    const std::string bold = "\x1b[1m";
    const auto at_terminal = [&](const std::vector<std::string>& arguments) {
        return Terminal(arguments, home.path()).rest().find(bold) != std::string::npos;
    };

    CHECK(at_terminal({"describe", "echo"}));
    CHECK_FALSE(at_terminal({"--color", "never", "describe", "echo"}));
    setenv("NO_COLOR", "1", 1);
    CHECK_FALSE(at_terminal({"describe", "echo"}));
    unsetenv("NO_COLOR");
    CHECK_FALSE(test::tool({"describe", "echo"}).says(bold));
    CHECK(test::tool({"--color", "always", "describe", "echo"}).says(bold));
}

}  // namespace linux_terminal_test
