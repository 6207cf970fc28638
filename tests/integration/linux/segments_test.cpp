// Shared memory without names: what is there while clients work, and what stays when they have
// gone.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "integration/process_facts.hpp"
#include "integration/server.hpp"
#include "integration/support.hpp"
#include "os/process.hpp"

namespace linux_segments_test {

namespace {

using bridge32::Client;
using bridge32::NdArray;
using namespace std::chrono_literals;

const auto self = bridge32::os::own_pid();

/// Lowers the limit of this process to so many descriptors more than it has.
class FewDescriptors {
public:
    explicit FewDescriptors(long more) {
        REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0);
        auto low = before_;
        low.rlim_cur = static_cast<rlim_t>(test::descriptors(self) + more);
        REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    }
    FewDescriptors(const FewDescriptors&) = delete;
    FewDescriptors& operator=(const FewDescriptors&) = delete;
    ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
    rlimit before_{};
};

}  // namespace

TEST_CASE("segments: none has a name while it is in use") {
    const auto before = test::segments();
    const Client c = test::client("calls_back");
    const auto array = c.make_array<double>({500'000});
    const auto result = c.call<NdArray<const double>>("twice", array);
    const test::Server server(test::name("nameless"));
    const auto other = server.connect("echo");
    REQUIRE(other.call<int>("add", 1, 2) == 3);

    for (const auto& name : test::segments())
        CHECK(before.contains(name));
}

TEST_CASE("segments: many arrays, sent or not, need few descriptors") {
    const Client c = test::client("calls_back");
    const auto before = test::descriptors(self);
    std::vector<NdArray<double>> arrays;
    {
        const FewDescriptors limit(100);
        for (int i = 0; i < 300; ++i)
            arrays.push_back(
                c.make_array<double>({66'000}));  // each too large for a common segment
        CHECK(test::descriptors(self) - before < 80);
        for (auto& array : arrays) {
            array(1) = 1;
            REQUIRE(c.call<double>("sum", array) == 1);
        }
    }
    CHECK(test::descriptors(self) == before);
}

TEST_CASE("segments: without a descriptor left, an array is an error, and calls go on") {
    const Client c = test::client("calls_back");
    REQUIRE(c.call<double>("sum", std::vector<double>{1, 2}) == 3);
    std::string error;
    {
        const FewDescriptors limit(1);
        std::vector<NdArray<double>> arrays;
        try {
            for (int i = 0; i < 5; ++i)
                arrays.push_back(c.make_array<double>({66'000}));
        } catch (const bridge32::Error& e) {
            error = e.what();
        }
        CHECK(c.call<double>("sum", std::vector<double>{1, 2}) == 3);
    }
    CHECK(error.find("see ulimit -n") != std::string::npos);
    CHECK(c.call<double>("sum", c.make_array<double>({66'000})) == 0);
}

TEST_CASE("segments: clients that come and go leave no descriptor and no mapping") {
    test::Server server(test::name("openings"));
    const auto stays = server.connect("calls_back");
    const auto host = server.process().pid();
    const auto open = [&](bool is_shared) {
        const Client c = is_shared ? server.connect("calls_back") : test::client("calls_back");
        REQUIRE(c.call<double>("sum", std::vector<double>(10'000, 1.0)) == 10'000);
    };
    open(true);
    open(false);
    const auto descriptors = test::descriptors(self);
    const auto in_host = test::descriptors(host);

    for (int i = 0; i < 100; ++i)
        open(true);
    for (int i = 0; i < 10; ++i)
        open(false);

    CHECK(test::descriptors(self) == descriptors);
    CHECK(test::eventually([&] { return test::descriptors(host) == in_host; }));
}

TEST_CASE("segments: a host that sends anything but memory of its size that stays cannot harm") {
    if (std::system("command -v python3 >/dev/null") != 0) {
        MESSAGE("[skipped] there is no python3");
        return;
    }
    auto options = test::options();
    options.host_executable = std::filesystem::path(__FILE__).parent_path() / "hostile_host.py";
    options.shutdown_timeout = 200ms;
    const auto descriptors = test::descriptors(self);
    const auto open_with = [&](const char* segment) {
        options.environment["BRIDGE32_TEST_SEGMENT"] = segment;
        return Client("echo", options).host_info().version;
    };
    const bool sealed = test::has_sealed_segments();

    CHECK(open_with("sealed") == "hostile");
    for (const char* segment : {"unsealed", "cut", "shorter", "pipe", "two", "none", "garbage"}) {
        CAPTURE(segment);
        if (!sealed && std::string(segment).find_first_of("uc") == 0) continue;  // as we do
        CHECK_THROWS_AS(open_with(segment), bridge32::ProtocolError);
    }

    CHECK(test::descriptors(self) == descriptors);
}

}  // namespace linux_segments_test
