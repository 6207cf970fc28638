#include "os/process.hpp"

#include <windows.h>

#include <doctest/doctest.h>

#include <bridge32/error.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "os/environment.hpp"
#include "os/process.hpp"
#include "os/windows/api.hpp"
#include "support/system.hpp"

namespace windows_process_test {

using namespace bridge32;
using namespace bridge32::os;
using namespace std::chrono_literals;

namespace {

/// A command of the system's own shell.
ProcessOptions shell(const std::string& command) {
    return {std::filesystem::path(wide(environment_variable("ComSpec").value())),
            {"/d", "/c", command},
            {},
            {}};
}

struct Result {
    std::string out;
    std::string err;
    ExitStatus status;
};

Result run(const ProcessOptions& options) {
    auto child = ChildProcess::start(options);
    Result result;
    read_output_until_exit(child, [&](Output from, std::string_view text) {
        (from == Output::kErr ? result.err : result.out) += text;
    });
    result.status = child.collect();
    return result;
}

std::string error_of(const ProcessOptions& options) {
    try {
        ChildProcess::start(options);
    } catch (const Error& e) {
        return e.what();
    }
    return {};
}

}  // namespace

TEST_CASE("process: its streams and its exit code come back") {
    const auto result = run(shell("echo out& echo err>&2& exit 3"));

    CHECK(result.out == "out\r\n");
    CHECK(result.err == "err\r\n");
    CHECK(result.status.known);
    CHECK_FALSE(result.status.by_fault);
    CHECK(result.status.name() == "exit code 3");
}

TEST_CASE("process: more output than a pipe holds comes whole") {
    const auto result = run(shell("for /l %i in (1,1,5000) do @echo 0123456789012345678901234567"));

    CHECK(result.out.size() == 5000 * 30);
}

TEST_CASE("process: the environment is ours with the additions, in Unicode") {
    auto options = shell("echo %BRIDGE32_TEST_GIVEN%& if defined PATH echo inherited");
    options.environment = {{"BRIDGE32_TEST_GIVEN", "with space"}};

    CHECK(run(options).out == "with space\r\ninherited\r\n");
}

TEST_CASE("process: it starts in its working directory, whose name may be Unicode") {
    const auto folder = test::make_temporary_folder() / L"uñicödé 日本";
    std::filesystem::create_directory(folder);
    auto options = shell("echo here> file");
    options.working_directory = folder;

    CHECK(run(options).status.code == 0);

    CHECK(std::filesystem::exists(folder / "file"));
    std::error_code still_in_use;  // by the process, which may end a little later
    std::filesystem::remove_all(folder.parent_path(), still_in_use);
}

TEST_CASE("process: what cannot be started says why") {
    ProcessOptions missing;
    missing.executable = L"C:\\no\\such\\prögram.exe";
    CHECK(error_of(missing).find("prögram.exe: file not found") != std::string::npos);

    auto nowhere = shell("exit 0");
    nowhere.working_directory = L"C:\\no such folder";
    CHECK(error_of(nowhere).find("working directory C:\\no such folder") != std::string::npos);
}

TEST_CASE("process: it inherits its three streams and no other handle") {
    SECURITY_ATTRIBUTES inheritable{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    const HANDLE event = ::CreateEventW(&inheritable, TRUE, FALSE, L"bridge32-test-inherited");
    REQUIRE(event != nullptr);
    // Long enough to look; its stdin is empty, so that it does not end by itself.
    auto child = ChildProcess::start(shell("for /l %i in (1,1,100000) do @rem"));

    ::CloseHandle(event);
    const HANDLE left = ::OpenEventW(SYNCHRONIZE, FALSE, L"bridge32-test-inherited");

    // The last handle to it was ours.
    CHECK(left == nullptr);
    if (left != nullptr) ::CloseHandle(left);
}

TEST_CASE("process: the destructor ends what still runs") {
    std::optional<ProcessHandle> watch;
    {
        const auto child = ChildProcess::start(shell("for /l %i in () do @rem"));
        watch = ProcessHandle::of(child.pid());
        CHECK(watch->alive());
    }
    CHECK(watch->wait(5s));
}

TEST_CASE("process: a killed one is told from one that ended by itself") {
    auto child = ChildProcess::start(shell("for /l %i in () do @rem"));
    child.handle().kill();

    const auto status = child.collect();

    CHECK(status.by_fault);
    CHECK(status.name() == "killed");
    CHECK(status.in_words() == "killed (terminated by another process)");
}

TEST_CASE("process: exceptions are told by name") {
    const ExitStatus fault{true, true, static_cast<int>(0xC0000005)};
    CHECK(fault.name() == "EXCEPTION_ACCESS_VIOLATION");
    const ExitStatus unknown{true, true, static_cast<int>(0xC0001234)};
    CHECK(unknown.name() == "exception 0xC0001234");
}

TEST_CASE("process: a handle of nobody is an error with its number") {
    try {
        ProcessHandle::of(0x3FFF'FFFC);
        FAIL("did not throw");
    } catch (const Error& e) {
        CHECK(std::string(e.what()).find("1073741820") != std::string::npos);
    }
}

}  // namespace windows_process_test
