#include "server.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace bench {

namespace {

constexpr int kPatienceMs = 10'000;

struct OutputPipe {
    int read_end;
    int write_end;
};

OutputPipe make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    return {ends[0], ends[1]};
}

}  // namespace

Server::Server(const std::filesystem::path& program, std::vector<std::string> arguments,
               const std::string& ready)
    : program_(program.string()) {
    const OutputPipe to = make_pipe();
    const OutputPipe from = make_pipe();
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, to.read_end, 0);
    ::posix_spawn_file_actions_adddup2(&actions, from.write_end, 1);
    std::vector<char*> argv{program_.data()};
    for (auto& argument : arguments)
        argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int error =
        ::posix_spawn(&pid_, program_.c_str(), &actions, nullptr, argv.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(to.read_end);
    ::close(from.write_end);
    in_ = to.write_end;
    out_ = ::fdopen(from.read_end, "r");
    try {
        if (error != 0) throw std::system_error(error, std::generic_category(), program_);
        wait_until_ready(ready);
    } catch (...) {
        end();
        throw;
    }
}

void Server::end() noexcept {
    ::close(in_);
    std::fclose(out_);
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void Server::wait_until_ready(const std::string& ready) {
    pollfd out{::fileno(out_), POLLIN, 0};
    if (::poll(&out, 1, kPatienceMs) != 1 || !read_line().starts_with(ready)) {
        throw std::runtime_error(program_ + " did not get ready");
    }
}

std::string Server::ask(const std::string& line) {
    const std::string text = line + "\n";
    if (::write(in_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw std::system_error(errno, std::generic_category(), "writing to " + program_);
    }
    return read_line();
}

std::string Server::read_line() {
    char* line = nullptr;
    std::size_t room = 0;
    const auto size = ::getline(&line, &room, out_);
    const std::unique_ptr<char, decltype(&std::free)> owner(line, &std::free);
    if (size <= 0) throw std::runtime_error(program_ + " has ended");
    return {line, static_cast<std::size_t>(size)};
}

void say_ready() {
    std::puts("ready");
    std::fflush(stdout);
}

std::filesystem::path server_program(int bits) {
    return std::filesystem::path(BENCH_PROGRAMS) / ("bench_server" + std::to_string(bits));
}

std::string unique_name() {
    static std::atomic<int> count{0};
    return "bridge32-bench-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "bridge32-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::system_error(errno, std::generic_category(), "mkdtemp " + name);
    }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace bench
