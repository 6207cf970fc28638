// What a process of another user can do to a shared host: nothing.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bridge32/error.hpp>
#include <cerrno>
#include <filesystem>
#include <string>

#include "os/process.hpp"
#include "unit/os/runtime_folder.hpp"
#include "wire/control.hpp"
#include "wire/linux/local_socket.hpp"

namespace linux_other_user_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::RuntimeFolder;

namespace {

constexpr uid_t kNobody = 65534;

/// Runs `attack` in a process of another user, with the environment that is there, while the shared
/// host "lab" is ours. What it returns: empty when all was as it should be. The process is made
/// before the host and its thread: with ASan a child beside threads may hang.
template <class Attack>
std::string as_another_user(const Attack& attack) {
    int report[2];
    int go[2];
    REQUIRE(::pipe(report) == 0);
    REQUIRE(::pipe(go) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::alarm(20);
        char told_to_go = 0;
        std::string text = "cannot become another user";
        if (::read(go[0], &told_to_go, 1) == 1 && ::setgid(kNobody) == 0 &&
            ::setuid(kNobody) == 0) {
            try {
                text = attack();
            } catch (const std::exception& e) {
                text = e.what();
            }
        }
        const bool told =
            ::write(report[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
        ::_exit(told ? 0 : 1);
    }
    ::close(report[1]);
    const ControlServer host("lab");
    REQUIRE(::write(go[1], "", 1) == 1);
    std::string told;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(report[0], buffer, sizeof buffer)) > 0;)
        told.append(buffer, static_cast<std::size_t>(count));
    ::close(report[0]);
    ::close(go[0]);
    ::close(go[1]);
    CHECK(ControlClient("lab").host_pid() == os::own_pid());
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status == 0 ? told : "it died. " + told;
}

bool refused(const std::filesystem::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags, 0666);
    if (fd >= 0) ::close(fd);
    return fd < 0 && errno == EACCES;
}

}  // namespace

TEST_CASE("another user: can neither find a shared host nor block its name") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can become another user");
        return;
    }
    const RuntimeFolder ours;
    const auto folder = os::user_runtime_folder();

    // With our environment, all of it: where the host is registered is no secret.
    CHECK(as_another_user([&]() -> std::string {
              if (!refused(folder / "lab.host", O_RDONLY)) return "it read the registration";
              if (!refused(folder / "lab.host", O_RDWR | O_CREAT)) return "it took the name";
              if (!refused(folder / "other.host", O_RDWR | O_CREAT)) return "it took another name";
              try {
                  if (LocalSocket::connect(folder / "lab.socket")) return "it connected to it";
              } catch (const Error&) {
              }
              if (::mkdir((folder.parent_path() / "more").c_str(), 0700) == 0)
                  return "it made a folder beside ours";
              try {
                  const ControlClient client("lab");
                  return "it found the host";
              } catch (const Error&) {
              }
              if (::kill(static_cast<pid_t>(os::parent_pid()), 0) == 0)
                  return "it can send signals to the host";
              return {};
          }) == "");
}

TEST_CASE("another user: a shared host of the same name is a different host") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can become another user");
        return;
    }
    const RuntimeFolder ours;

    CHECK(as_another_user([&]() -> std::string {
              const RuntimeFolder theirs;
              const ControlServer second("lab");
              if (ControlClient("lab").host_pid() != os::own_pid()) return "it found ours";
              return {};
          }) == "");
}

TEST_CASE("another user: a runtime folder created by another user is rejected") {
    if (::geteuid() != 0) {
        MESSAGE("[skipped] only root can give a folder away");
        return;
    }
    const RuntimeFolder ours;
    const auto folder = os::user_runtime_folder();
    REQUIRE(::chown(folder.c_str(), kNobody, kNobody) == 0);

    CHECK_THROWS_AS(os::user_runtime_folder(), Error);
}

}  // namespace linux_other_user_test
