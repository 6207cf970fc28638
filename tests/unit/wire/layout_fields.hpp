// Every struct, field and constant of the wire as data: layout_dump prints it in both bitnesses,
// and a test compares sdk/PROTOCOL.md with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "wire/control.hpp"
#include "wire/crash_layout.hpp"
#include "wire/layout.hpp"

namespace bridge32::test {

struct LayoutField {
    std::string name;
    std::uint64_t offset;
    std::uint64_t size;
};

struct LayoutStruct {
    std::string name;
    std::uint64_t size;
    std::uint64_t alignment;
    std::vector<LayoutField> fields;
};

struct LayoutConstant {
    std::string name;
    std::uint64_t value;
};

#define BRIDGE32_FIELD(type, field) \
    { #field, offsetof(wire::type, field), sizeof(wire::type::field) }
#define BRIDGE32_STRUCT_OF(type, ...)                                   \
    {                                                                   \
#type, sizeof(wire::type), alignof(wire::type), { __VA_ARGS__ } \
    }
#define BRIDGE32_CONSTANT(name) \
    { #name, static_cast < std::uint64_t>(wire::name) }

/// The structs in the order of the documentation. Reserved bytes are left out.
inline std::vector<LayoutStruct> layout_structs() {
    return {
        BRIDGE32_STRUCT_OF(
            RingIndices, BRIDGE32_FIELD(RingIndices, tail), BRIDGE32_FIELD(RingIndices, head),
            BRIDGE32_FIELD(RingIndices, space_wanted), BRIDGE32_FIELD(RingIndices, cancels),
            BRIDGE32_FIELD(RingIndices, finished)),
        BRIDGE32_STRUCT_OF(DoorbellWords, BRIDGE32_FIELD(DoorbellWords, sequence),
                           BRIDGE32_FIELD(DoorbellWords, sleeping),
                           BRIDGE32_FIELD(DoorbellWords, events)),
        BRIDGE32_STRUCT_OF(
            ChannelHeader, BRIDGE32_FIELD(ChannelHeader, magic),
            BRIDGE32_FIELD(ChannelHeader, wire_version),
            BRIDGE32_FIELD(ChannelHeader, header_bytes),
            BRIDGE32_FIELD(ChannelHeader, segment_bytes), BRIDGE32_FIELD(ChannelHeader, ring_bytes),
            BRIDGE32_FIELD(ChannelHeader, wait_mode), BRIDGE32_FIELD(ChannelHeader, client_pid),
            BRIDGE32_FIELD(ChannelHeader, client_bits),
            BRIDGE32_FIELD(ChannelHeader, client_features),
            BRIDGE32_FIELD(ChannelHeader, event_window),
            BRIDGE32_FIELD(ChannelHeader, client_release),
            BRIDGE32_FIELD(ChannelHeader, host_state), BRIDGE32_FIELD(ChannelHeader, host_pid),
            BRIDGE32_FIELD(ChannelHeader, host_bits), BRIDGE32_FIELD(ChannelHeader, host_version),
            BRIDGE32_FIELD(ChannelHeader, host_features),
            BRIDGE32_FIELD(ChannelHeader, host_release), BRIDGE32_FIELD(ChannelHeader, requests),
            BRIDGE32_FIELD(ChannelHeader, replies), BRIDGE32_FIELD(ChannelHeader, client_bell),
            BRIDGE32_FIELD(ChannelHeader, host_bell)),
        BRIDGE32_STRUCT_OF(
            FrameHeader, BRIDGE32_FIELD(FrameHeader, frame_bytes),
            BRIDGE32_FIELD(FrameHeader, kind), BRIDGE32_FIELD(FrameHeader, flags),
            BRIDGE32_FIELD(FrameHeader, thread), BRIDGE32_FIELD(FrameHeader, call_id),
            BRIDGE32_FIELD(FrameHeader, related_id), BRIDGE32_FIELD(FrameHeader, json_bytes),
            BRIDGE32_FIELD(FrameHeader, attachment_count), BRIDGE32_FIELD(FrameHeader, method)),
        BRIDGE32_STRUCT_OF(AttachmentEntry, BRIDGE32_FIELD(AttachmentEntry, offset),
                           BRIDGE32_FIELD(AttachmentEntry, size),
                           BRIDGE32_FIELD(AttachmentEntry, segment),
                           BRIDGE32_FIELD(AttachmentEntry, slot)),
        BRIDGE32_STRUCT_OF(ArenaReference, BRIDGE32_FIELD(ArenaReference, offset),
                           BRIDGE32_FIELD(ArenaReference, size),
                           BRIDGE32_FIELD(ArenaReference, segment),
                           BRIDGE32_FIELD(ArenaReference, slot)),
        BRIDGE32_STRUCT_OF(SegmentOffer, BRIDGE32_FIELD(SegmentOffer, magic),
                           BRIDGE32_FIELD(SegmentOffer, wire_version),
                           BRIDGE32_FIELD(SegmentOffer, kind), BRIDGE32_FIELD(SegmentOffer, number),
                           BRIDGE32_FIELD(SegmentOffer, bytes),
                           BRIDGE32_FIELD(SegmentOffer, release)),
        BRIDGE32_STRUCT_OF(
            ArenaHeader, BRIDGE32_FIELD(ArenaHeader, magic),
            BRIDGE32_FIELD(ArenaHeader, wire_version), BRIDGE32_FIELD(ArenaHeader, retired),
            BRIDGE32_FIELD(ArenaHeader, segment_bytes), BRIDGE32_FIELD(ArenaHeader, slots)),
        BRIDGE32_STRUCT_OF(
            CrashReport, BRIDGE32_FIELD(CrashReport, stage), BRIDGE32_FIELD(CrashReport, kind),
            BRIDGE32_FIELD(CrashReport, code), BRIDGE32_FIELD(CrashReport, detail),
            BRIDGE32_FIELD(CrashReport, flags), BRIDGE32_FIELD(CrashReport, thread),
            BRIDGE32_FIELD(CrashReport, address), BRIDGE32_FIELD(CrashReport, instruction),
            BRIDGE32_FIELD(CrashReport, stack), BRIDGE32_FIELD(CrashReport, call_id),
            BRIDGE32_FIELD(CrashReport, owner), BRIDGE32_FIELD(CrashReport, plugin_bytes),
            BRIDGE32_FIELD(CrashReport, method_bytes), BRIDGE32_FIELD(CrashReport, message_bytes),
            BRIDGE32_FIELD(CrashReport, module_count), BRIDGE32_FIELD(CrashReport, names_bytes),
            BRIDGE32_FIELD(CrashReport, frame_count), BRIDGE32_FIELD(CrashReport, plugin),
            BRIDGE32_FIELD(CrashReport, method), BRIDGE32_FIELD(CrashReport, message),
            BRIDGE32_FIELD(CrashReport, frames), BRIDGE32_FIELD(CrashReport, modules),
            BRIDGE32_FIELD(CrashReport, names)),
        BRIDGE32_STRUCT_OF(CrashModule, BRIDGE32_FIELD(CrashModule, begin),
                           BRIDGE32_FIELD(CrashModule, end), BRIDGE32_FIELD(CrashModule, name_at),
                           BRIDGE32_FIELD(CrashModule, name_bytes)),
        BRIDGE32_STRUCT_OF(
            ControlHeader, BRIDGE32_FIELD(ControlHeader, magic),
            BRIDGE32_FIELD(ControlHeader, wire_version),
            BRIDGE32_FIELD(ControlHeader, header_bytes), BRIDGE32_FIELD(ControlHeader, host_pid),
            BRIDGE32_FIELD(ControlHeader, host_bits), BRIDGE32_FIELD(ControlHeader, posts),
            BRIDGE32_FIELD(ControlHeader, stop), BRIDGE32_FIELD(ControlHeader, clients),
            BRIDGE32_FIELD(ControlHeader, calls_low), BRIDGE32_FIELD(ControlHeader, calls_high),
            BRIDGE32_FIELD(ControlHeader, host_features), BRIDGE32_FIELD(ControlHeader, started_ms),
            BRIDGE32_FIELD(ControlHeader, host_bell), BRIDGE32_FIELD(ControlHeader, slots)),
        BRIDGE32_STRUCT_OF(ControlSlot, BRIDGE32_FIELD(ControlSlot, state),
                           BRIDGE32_FIELD(ControlSlot, channel)),
    };
}

inline std::vector<LayoutConstant> layout_constants() {
    return {
        BRIDGE32_CONSTANT(kChannelMagic),
        BRIDGE32_CONSTANT(kArenaMagic),
        BRIDGE32_CONSTANT(kControlMagic),
        BRIDGE32_CONSTANT(kOfferMagic),
        BRIDGE32_CONSTANT(kWireVersion),
        BRIDGE32_CONSTANT(kCacheLine),
        BRIDGE32_CONSTANT(kFrameAlignment),
        BRIDGE32_CONSTANT(kAttachmentAlignment),
        BRIDGE32_CONSTANT(kMaxFrameBytes),
        BRIDGE32_CONSTANT(kMaxAttachments),
        BRIDGE32_CONSTANT(kMinRingBytes),
        BRIDGE32_CONSTANT(kMaxRingBytes),
        BRIDGE32_CONSTANT(kDefaultRingBytes),
        BRIDGE32_CONSTANT(kCrashOffset),
        BRIDGE32_CONSTANT(kCrashBytes),
        BRIDGE32_CONSTANT(kRingsOffset),
        BRIDGE32_CONSTANT(kArenaDataOffset),
        BRIDGE32_CONSTANT(kArenaSlots),
        BRIDGE32_CONSTANT(kNoReply),
        BRIDGE32_CONSTANT(kIndirect),
        BRIDGE32_CONSTANT(kBinary),
        BRIDGE32_CONSTANT(SegmentKind::kChannel),
        BRIDGE32_CONSTANT(SegmentKind::kControl),
        BRIDGE32_CONSTANT(SegmentKind::kArena),
        BRIDGE32_CONSTANT(kInFrame),
        BRIDGE32_CONSTANT(kControlSlots),
        BRIDGE32_CONSTANT(kChannelNameBytes),
        BRIDGE32_CONSTANT(kSlotPosted),
        BRIDGE32_CONSTANT(HostState::kAbsent),
        BRIDGE32_CONSTANT(HostState::kAttached),
        BRIDGE32_CONSTANT(HostState::kRefused),
        BRIDGE32_CONSTANT(HostState::kGone),
        BRIDGE32_CONSTANT(HostState::kCrashed),
        BRIDGE32_CONSTANT(WaitMode::kAdaptive),
        BRIDGE32_CONSTANT(WaitMode::kSpin),
        BRIDGE32_CONSTANT(WaitMode::kBlock),
        BRIDGE32_CONSTANT(FrameKind::kPadding),
        BRIDGE32_CONSTANT(FrameKind::kOpen),
        BRIDGE32_CONSTANT(FrameKind::kRequest),
        BRIDGE32_CONSTANT(FrameKind::kReply),
        BRIDGE32_CONSTANT(FrameKind::kClose),
        BRIDGE32_CONSTANT(FrameKind::kEvent),
        BRIDGE32_CONSTANT(FrameKind::kCallback),
        BRIDGE32_CONSTANT(FrameKind::kCallbackReply),
        BRIDGE32_CONSTANT(FrameKind::kCancel),
        BRIDGE32_CONSTANT(kCrashAddress),
        BRIDGE32_CONSTANT(kCrashInstruction),
        BRIDGE32_CONSTANT(kCrashCode),
        BRIDGE32_CONSTANT(kCrashMainThread),
        BRIDGE32_CONSTANT(kCrashFrames),
        BRIDGE32_CONSTANT(kCrashModules),
        BRIDGE32_CONSTANT(kCrashNamesBytes),
        BRIDGE32_CONSTANT(CrashStage::kNone),
        BRIDGE32_CONSTANT(CrashStage::kCause),
        BRIDGE32_CONSTANT(CrashStage::kCall),
        BRIDGE32_CONSTANT(CrashStage::kModules),
        BRIDGE32_CONSTANT(CrashStage::kBacktrace),
        BRIDGE32_CONSTANT(CrashKind::kNone),
        BRIDGE32_CONSTANT(CrashKind::kSignal),
        BRIDGE32_CONSTANT(CrashKind::kException),
        BRIDGE32_CONSTANT(CrashKind::kExit),
        BRIDGE32_CONSTANT(CrashOwner::kNobody),
        BRIDGE32_CONSTANT(CrashOwner::kThisClient),
        BRIDGE32_CONSTANT(CrashOwner::kOtherClient),
    };
}

#undef BRIDGE32_FIELD
#undef BRIDGE32_STRUCT_OF
#undef BRIDGE32_CONSTANT

}  // namespace bridge32::test
