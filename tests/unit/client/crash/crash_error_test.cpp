// The crash report as the client reads it: whatever its writer wrote.
#include "client/crash/crash_error.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>

#include "unit/wire/support.hpp"

namespace crash_error_test {

using namespace bridge32;
using namespace bridge32::client;

namespace {

std::unique_ptr<wire::CrashReport> sound_report() {
    auto report = std::make_unique<wire::CrashReport>();
    report->kind = static_cast<std::uint32_t>(wire::CrashKind::kSignal);
    report->code = 11;
    report->detail = 1;
    report->flags = wire::kCrashCode | wire::kCrashInstruction | wire::kCrashAddress;
    report->address = 0x10;
    report->instruction = 0x1234;
    report->stack = 0xffff0000;
    report->call_id = 7;
    report->owner = static_cast<std::uint32_t>(wire::CrashOwner::kThisClient);
    std::memcpy(report->plugin, "lab", report->plugin_bytes = 3);
    std::memcpy(report->method, "run", report->method_bytes = 3);
    std::memcpy(report->names, "/lib/a.so", report->names_bytes = 9);
    report->modules[0] = {0x1000, 0x2000, 0, 9, {}};
    report->module_count = 1;
    report->frames[1] = 0x1800;
    report->frame_count = 2;
    report->stage.store(static_cast<std::uint32_t>(wire::CrashStage::kBacktrace));
    return report;
}

HostCrashed error_of(const wire::CrashReport& report, std::uint64_t call_id) {
    return CrashErrors().error(report, {"the host", {true, true, 11}, Streams{}},
                               {"lab", "run", call_id});
}

}  // namespace

TEST_CASE("crash report: each stage says no more than was written") {
    const auto report = sound_report();
    const auto at_stage = [&](wire::CrashStage stage) {
        report->stage.store(static_cast<std::uint32_t>(stage));
        return error_of(*report, 7).facts();
    };

    const auto none = at_stage(wire::CrashStage::kNone);
    CHECK(none.owner == CrashOwner::unknown);
    CHECK(none.backtrace.empty());
    const auto cause = at_stage(wire::CrashStage::kCause);
    CHECK(cause.address == 0x10);
    CHECK(cause.owner == CrashOwner::unknown);
    const auto call = at_stage(wire::CrashStage::kCall);
    CHECK(call.owner == CrashOwner::this_call);
    CHECK(call.backtrace.size() == 1);
    CHECK(call.where.module.empty());
    const auto modules = at_stage(wire::CrashStage::kModules);
    CHECK(modules.where.module == "/lib/a.so");
    CHECK(modules.where.offset == 0x234);
    const auto backtrace = at_stage(wire::CrashStage::kBacktrace);
    REQUIRE(backtrace.backtrace.size() == 2);
    CHECK(backtrace.backtrace[1].offset == 0x800);
}

TEST_CASE("crash report: numbers that lead outside are left out") {
    const auto report = sound_report();
    report->plugin_bytes = report->method_bytes = report->message_bytes = 0xffffffff;
    report->module_count = report->names_bytes = report->frame_count = 0xffffffff;
    report->modules[0] = {0x1000, 0x2000, wire::kCrashNamesBytes - 1, 0xffffffff, {}};
    report->modules[1] = {0x2000, 0x1000, 0, 9, {}};
    report->modules[2] = {0x3000, 0x4000, 0xffffffff, 9, {}};

    const auto error = error_of(*report, 1);

    CHECK(error.facts().owner == CrashOwner::this_client);
    CHECK(error.backtrace().size() == wire::kCrashFrames);
    CHECK(error.facts().running_plugin.size() == sizeof report->plugin);
}

TEST_CASE("crash report: bytes of any value become a text and JSON") {
    test::Random random(4);
    for (int round = 0; round < 300; ++round) {
        const auto report = std::make_unique<wire::CrashReport>();
        auto* const raw = reinterpret_cast<unsigned char*>(report.get());
        for (std::size_t i = 0; i < sizeof *report; ++i)
            raw[i] = static_cast<unsigned char>(random.next());
        // No name of a file that exists, and a stage that is one.
        std::memset(report->names, round % 255 + 1, sizeof report->names);
        report->stage.store(static_cast<std::uint32_t>(round % 7));

        const auto error = error_of(*report, 7);

        CHECK_NOTHROW(error.report().dump());
        CHECK(std::strlen(error.what()) > 0);
    }
}

}  // namespace crash_error_test
