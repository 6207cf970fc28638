// What a dying host writes, without dying.
#include "host32/crash/crash_report.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "host32/crash/thread_work.hpp"

namespace crash_report_test {

using namespace bridge32;
using host::CrashCause;
using host::CrashListener;
using host::ThreadWork;

namespace {

/// A client, and the host's end of its channel.
struct Client {
    Client()
        : channel(wire::Channel::create(4096, wire::WaitMode::kBlock)),
          hosts_end(wire::Channel::attach(channel->link_to_new_host(), nullptr)),
          listener(std::make_unique<CrashListener>(*hosts_end)) {}

    const wire::CrashReport& report() const { return channel->crash_report(); }
    wire::CrashStage stage() const { return static_cast<wire::CrashStage>(report().stage.load()); }
    std::string method() const { return {report().method, report().method_bytes}; }

    std::unique_ptr<wire::Channel> channel;
    std::unique_ptr<wire::Channel> hosts_end;
    std::unique_ptr<CrashListener> listener;
};

CrashCause cause(std::uint32_t code) {
    CrashCause result;
    result.kind = wire::CrashKind::kSignal;
    result.code = code;
    result.flags = wire::kCrashCode | wire::kCrashInstruction;
    result.instruction = 0x1500;
    return result;
}

}  // namespace

TEST_CASE("crash report: every client is told, and whose call it was") {
    const Client guilty;
    const Client other;
    {
        const ThreadWork work(*guilty.hosts_end, 7, "lab", R"({"method":"run","args":[1]})");
        host::crash_report::begin(cause(11), ThreadWork::of_this_thread());
    }

    CHECK(guilty.stage() == wire::CrashStage::kCall);
    CHECK(guilty.report().owner == static_cast<std::uint32_t>(wire::CrashOwner::kThisClient));
    CHECK(guilty.report().code == 11);
    CHECK(guilty.report().call_id == 7);
    CHECK(guilty.method() == "run");
    CHECK(other.report().owner == static_cast<std::uint32_t>(wire::CrashOwner::kOtherClient));
    CHECK(other.method() == "run");
    CHECK(guilty.channel->host_state() == wire::HostState::kAttached);

    host::crash_report::tell_clients();

    CHECK(guilty.channel->host_state() == wire::HostState::kCrashed);
    CHECK(other.channel->host_state() == wire::HostState::kCrashed);
}

TEST_CASE("crash report: a client that has left is not written to") {
    Client left;
    const Client stays;
    left.listener.reset();

    host::crash_report::begin(cause(6), nullptr);

    CHECK(left.stage() == wire::CrashStage::kNone);
    CHECK(stays.stage() == wire::CrashStage::kCall);
    CHECK(stays.report().owner == static_cast<std::uint32_t>(wire::CrashOwner::kNobody));
}

TEST_CASE("crash report: of too many modules the one that crashed is kept") {
    const Client client;
    host::crash_report::begin(cause(11), nullptr);
    const std::string long_name(300, 'n');
    for (std::uint64_t i = 0; i < 100; ++i)
        host::crash_report::add_module(0x10000 * (i + 1), 0x10000 * (i + 1) + 1, long_name);
    host::crash_report::add_module(0x1000, 0x2000, "/the/one");
    host::crash_report::publish_modules();

    const auto& report = client.report();
    REQUIRE(report.module_count > 0);
    REQUIRE(report.module_count <= wire::kCrashModules);
    const auto& last = report.modules[report.module_count - 1];
    CHECK(last.begin == 0x1000);
    CHECK(std::string(report.names + last.name_at, last.name_bytes) == "/the/one");
    CHECK(host::crash_report::is_code(0x1500));
    CHECK_FALSE(host::crash_report::is_code(0x2000));
}

}  // namespace crash_report_test
