#include "os/fork.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <optional>
#include <utility>
#include <vector>

#include "os/user_folder.hpp"
#include "support/linux/in_child.hpp"
#include "support/system.hpp"

namespace fork_test {

using namespace bridge32;
using namespace bridge32::os;
using test::in_child;

namespace {

struct Pipe {
    int ends[2];
    Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
};

/// Does the pipe's other end close within 10 seconds?
bool ends(int pipe) {
    pollfd entry{pipe, POLLIN, 0};
    char byte = 0;
    return ::poll(&entry, 1, 10'000) == 1 && ::read(pipe, &byte, 1) == 0;
}

bool is_open(NativeHandle handle) { return ::fcntl(static_cast<int>(handle), F_GETFD) >= 0; }

}  // namespace

TEST_CASE("fork: the child owns what it has made, and not what its parent had") {
    const OwnerProcess parents;
    const auto body = [&] {
        if (parents.is_this()) return 1;
        const OwnerProcess childs;
        if (!childs.is_this() || parents.is_this()) return 2;
        // And so on in its own child.
        return in_child([&] {
            const OwnerProcess grandchilds;
            return childs.is_this() || parents.is_this() || !grandchilds.is_this() ? 3 : 0;
        });
    };

    CHECK(in_child(body) == 0);
    CHECK(in_child(body, test::fork_unnoticed) == 0);
    CHECK(parents.is_this());
    CHECK(OwnerProcess().is_this());
}

TEST_CASE("fork: the child lets go of handles, and the parent keeps them") {
    const Pipe until;
    const Pipe pipe;
    OwnHandle write(pipe.ends[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(until.ends[1]);
        ::_exit(ends(until.ends[0]) && !is_open(write.get()) ? 0 : 1);
    }
    CHECK(is_open(write.get()));

    write = OwnHandle();  // the child lives on

    CHECK(ends(pipe.ends[0]));
    ::close(until.ends[1]);
    CHECK(test::end_of(child) == 0);
    ::close(pipe.ends[0]);
    ::close(until.ends[0]);
}

TEST_CASE("fork: the child's copy of a handle does not close what has its number since") {
    std::optional<OwnHandle> copied(std::in_place, ::open("/dev/null", O_RDONLY | O_CLOEXEC));

    const int result = in_child([&] {
        const NativeHandle number = copied->get();
        if (is_open(number)) return 1;
        OwnHandle own(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        if (own.get() != number) return 2;
        copied.reset();
        if (!is_open(number)) return 3;
        own = OwnHandle();
        return is_open(number) ? 4 : 0;
    });

    CHECK(result == 0);
    CHECK(is_open(copied->get()));
}

TEST_CASE("fork: more handles than one block of the list holds are let go of, too") {
    std::vector<OwnHandle> many;
    for (int i = 0; i < 200; ++i)
        many.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));

    const int open_in_child = in_child([&] {
        int count = 0;
        for (const auto& handle : many)
            count += is_open(handle.get()) ? 1 : 0;
        return count;
    });

    CHECK(open_in_child == 0);
    for (const auto& handle : many)
        CHECK(is_open(handle.get()));
}

TEST_CASE("fork: a file that the parent owns is free when the parent lets go of it") {
    const auto folder = test::make_temporary_folder();
    auto file = OwnedFile::claim(folder / "lock");
    REQUIRE(file);
    const Pipe until;
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(until.ends[1]);
        ::_exit(ends(until.ends[0]) ? 0 : 1);
    }
    CHECK(in_child([&] {
              file.reset();
              return 0;
          }) == 0);
    CHECK(OwnedFile::is_owned(folder / "lock"));

    file.reset();

    CHECK(OwnedFile::claim(folder / "lock").has_value());
    ::close(until.ends[1]);
    CHECK(test::end_of(child) == 0);
    ::close(until.ends[0]);
    std::filesystem::remove_all(folder);
}

}  // namespace fork_test
