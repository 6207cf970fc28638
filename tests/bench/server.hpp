// A contestant's server process.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace bench {

/// A program that prints a line that begins with "ready" when it can be called. Killed by the
/// destructor; the servers of ours do not outlive this process either.
class Server {
public:
    /// Throws when it does not print that within ten seconds.
    Server(const std::filesystem::path& program, std::vector<std::string> arguments,
           const std::string& ready = "ready");
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() { end(); }

    pid_t pid() const noexcept { return pid_; }
    /// Writes a line to its standard input, and reads one of its answers.
    std::string ask(const std::string& line);

private:
    void end() noexcept;
    void wait_until_ready(const std::string& ready);
    std::string read_line();

    std::string program_;
    pid_t pid_ = -1;
    int in_ = -1;
    FILE* out_ = nullptr;
};

/// In the server: it can be called.
void say_ready();

/// The programs that run `serve_…` functions: see programs/server.cpp.
std::filesystem::path server_program(int bits);

/// A name that nothing else has: of shared memory or a message queue.
std::string unique_name();

/// A folder for sockets and the like, removed by the destructor.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    std::string file(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

}  // namespace bench
