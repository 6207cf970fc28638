// The layout of the wire in literal numbers: who changes it must change them here too, and
// kWireVersion, and sdk/PROTOCOL.md.
#include "wire/layout.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include "unit/wire/layout_fields.hpp"

namespace layout_test {

using namespace bridge32;
using bridge32::test::layout_constants;
using bridge32::test::layout_structs;
using bridge32::test::LayoutConstant;
using bridge32::test::LayoutStruct;

TEST_CASE("layout: sizes, alignments and offsets") {
    const std::vector<LayoutStruct> expected{
        {"RingIndices",
         128,
         64,
         {{"tail", 0, 4},
          {"head", 64, 4},
          {"space_wanted", 68, 4},
          {"cancels", 72, 4},
          {"finished", 76, 4}}},
        {"DoorbellWords", 64, 64, {{"sequence", 0, 4}, {"sleeping", 4, 4}, {"events", 8, 4}}},
        {"ChannelHeader",
         512,
         64,
         {{"magic", 0, 8},          {"wire_version", 8, 4},     {"header_bytes", 12, 4},
          {"segment_bytes", 16, 8}, {"ring_bytes", 24, 4},      {"wait_mode", 28, 4},
          {"client_pid", 32, 4},    {"client_bits", 36, 4},     {"client_features", 40, 4},
          {"event_window", 44, 4},  {"client_release", 48, 16}, {"host_state", 64, 4},
          {"host_pid", 68, 4},      {"host_bits", 72, 4},       {"host_version", 76, 4},
          {"host_features", 80, 4}, {"host_release", 84, 16},   {"requests", 128, 128},
          {"replies", 256, 128},    {"client_bell", 384, 64},   {"host_bell", 448, 64}}},
        {"FrameHeader",
         32,
         8,
         {{"frame_bytes", 0, 4},
          {"kind", 4, 1},
          {"flags", 5, 1},
          {"thread", 6, 2},
          {"call_id", 8, 8},
          {"related_id", 16, 8},
          {"json_bytes", 24, 4},
          {"attachment_count", 28, 2},
          {"method", 30, 2}}},
        {"AttachmentEntry",
         24,
         8,
         {{"offset", 0, 8}, {"size", 8, 8}, {"segment", 16, 4}, {"slot", 20, 4}}},
        {"ArenaReference",
         24,
         8,
         {{"offset", 0, 8}, {"size", 8, 8}, {"segment", 16, 4}, {"slot", 20, 4}}},
        {"SegmentOffer",
         64,
         8,
         {{"magic", 0, 8},
          {"wire_version", 8, 4},
          {"kind", 12, 4},
          {"number", 16, 4},
          {"bytes", 24, 8},
          {"release", 32, 16}}},
        {"ArenaHeader",
         4096,
         8,
         {{"magic", 0, 8},
          {"wire_version", 8, 4},
          {"retired", 12, 4},
          {"segment_bytes", 16, 8},
          {"slots", 64, 4032}}},
        {"CrashReport",
         12'288,
         64,
         {{"stage", 0, 4},         {"kind", 4, 4},           {"code", 8, 4},
          {"detail", 12, 4},       {"flags", 16, 4},         {"thread", 20, 4},
          {"address", 24, 8},      {"instruction", 32, 8},   {"stack", 40, 8},
          {"call_id", 48, 8},      {"owner", 56, 4},         {"plugin_bytes", 60, 4},
          {"method_bytes", 64, 4}, {"message_bytes", 68, 4}, {"module_count", 72, 4},
          {"names_bytes", 76, 4},  {"frame_count", 80, 4},   {"plugin", 128, 64},
          {"method", 192, 128},    {"message", 320, 256},    {"frames", 576, 512},
          {"modules", 1088, 2048}, {"names", 3136, 9152}}},
        {"CrashModule",
         32,
         8,
         {{"begin", 0, 8}, {"end", 8, 8}, {"name_at", 16, 4}, {"name_bytes", 20, 4}}},
        {"ControlHeader",
         4224,
         64,
         {{"magic", 0, 8},
          {"wire_version", 8, 4},
          {"header_bytes", 12, 4},
          {"host_pid", 16, 4},
          {"host_bits", 20, 4},
          {"posts", 24, 4},
          {"stop", 28, 4},
          {"clients", 32, 4},
          {"calls_low", 36, 4},
          {"calls_high", 40, 4},
          {"host_features", 44, 4},
          {"started_ms", 48, 8},
          {"host_bell", 64, 64},
          {"slots", 128, 4096}}},
        {"ControlSlot", 64, 4, {{"state", 0, 4}, {"channel", 4, 60}}},
    };
    const auto structs = layout_structs();

    REQUIRE(structs.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(expected[i].name);
        CHECK(structs[i].name == expected[i].name);
        CHECK(structs[i].size == expected[i].size);
        CHECK(structs[i].alignment == expected[i].alignment);
        REQUIRE(structs[i].fields.size() == expected[i].fields.size());
        for (std::size_t j = 0; j < expected[i].fields.size(); ++j) {
            const auto& field = structs[i].fields[j];
            CAPTURE(field.name);
            CHECK(field.name == expected[i].fields[j].name);
            CHECK(field.offset == expected[i].fields[j].offset);
            CHECK(field.size == expected[i].fields[j].size);
        }
    }
}

TEST_CASE("layout: constants") {
    const std::vector<LayoutConstant> expected{
        {"kChannelMagic", 0x314E'4148'4332'3342},
        {"kArenaMagic", 0x3141'4E45'5241'3242},
        {"kControlMagic", 0x314C'5254'4332'3342},
        {"kOfferMagic", 0x3152'464F'5332'3342},
        {"kWireVersion", 2},
        {"kCacheLine", 64},
        {"kFrameAlignment", 64},
        {"kAttachmentAlignment", 64},
        {"kMaxFrameBytes", 2'147'483'584},
        {"kMaxAttachments", 65'535},
        {"kMinRingBytes", 4096},
        {"kMaxRingBytes", 1'073'741'824},
        {"kDefaultRingBytes", 262'144},
        {"kCrashOffset", 4096},
        {"kCrashBytes", 12'288},
        {"kRingsOffset", 16'384},
        {"kArenaDataOffset", 4096},
        {"kArenaSlots", 1008},
        {"kNoReply", 1},
        {"kIndirect", 2},
        {"kBinary", 4},
        {"SegmentKind::kChannel", 1},
        {"SegmentKind::kControl", 2},
        {"SegmentKind::kArena", 3},
        {"kInFrame", 0xFFFF'FFFF},
        {"kControlSlots", 64},
        {"kChannelNameBytes", 60},
        {"kSlotPosted", 0x8000'0000},
        {"HostState::kAbsent", 0},
        {"HostState::kAttached", 1},
        {"HostState::kRefused", 2},
        {"HostState::kGone", 3},
        {"HostState::kCrashed", 4},
        {"WaitMode::kAdaptive", 0},
        {"WaitMode::kSpin", 1},
        {"WaitMode::kBlock", 2},
        {"FrameKind::kPadding", 0},
        {"FrameKind::kOpen", 1},
        {"FrameKind::kRequest", 2},
        {"FrameKind::kReply", 3},
        {"FrameKind::kClose", 4},
        {"FrameKind::kEvent", 5},
        {"FrameKind::kCallback", 6},
        {"FrameKind::kCallbackReply", 7},
        {"FrameKind::kCancel", 8},
        {"kCrashAddress", 1},
        {"kCrashInstruction", 2},
        {"kCrashCode", 4},
        {"kCrashMainThread", 8},
        {"kCrashFrames", 64},
        {"kCrashModules", 64},
        {"kCrashNamesBytes", 9152},
        {"CrashStage::kNone", 0},
        {"CrashStage::kCause", 1},
        {"CrashStage::kCall", 2},
        {"CrashStage::kModules", 3},
        {"CrashStage::kBacktrace", 4},
        {"CrashKind::kNone", 0},
        {"CrashKind::kSignal", 1},
        {"CrashKind::kException", 2},
        {"CrashKind::kExit", 3},
        {"CrashOwner::kNobody", 0},
        {"CrashOwner::kThisClient", 1},
        {"CrashOwner::kOtherClient", 2},
    };
    const auto constants = layout_constants();

    REQUIRE(constants.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(expected[i].name);
        CHECK(constants[i].name == expected[i].name);
        CHECK(constants[i].value == expected[i].value);
    }
}

TEST_CASE("layout: magic numbers are text in memory") {
    CHECK(std::memcmp(&wire::kChannelMagic, "B32CHAN1", 8) == 0);
    CHECK(std::memcmp(&wire::kArenaMagic, "B2ARENA1", 8) == 0);
    CHECK(std::memcmp(&wire::kControlMagic, "B32CTRL1", 8) == 0);
    CHECK(std::memcmp(&wire::kOfferMagic, "B32SOFR1", 8) == 0);
}

TEST_CASE("layout: shared words are plain 32-bit words") {
    CHECK(sizeof(wire::Word) == 4);
    CHECK(wire::Word::is_always_lock_free);
    CHECK(std::is_same_v<std::underlying_type_t<wire::FrameKind>, std::uint8_t>);
    CHECK(std::is_same_v<std::underlying_type_t<wire::HostState>, std::uint32_t>);
    CHECK(std::is_same_v<std::underlying_type_t<wire::WaitMode>, std::uint32_t>);
}

}  // namespace layout_test
