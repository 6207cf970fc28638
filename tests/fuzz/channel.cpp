// A channel that a client has made as it likes: header, and what lies in the rings.
#include "wire/channel.hpp"

#include <bridge32/error.hpp>

#include "base/names.hpp"
#include "fuzz.hpp"
#include "os/segment.hpp"
#include "unit/wire/support.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    // As the first client would have made it; the input says which bytes are other ones.
    constexpr std::size_t kSize = wire::kRingsOffset + 2 * std::size_t{wire::kMinRingBytes};
    const auto segment = os::Segment::create(bridge32::unguessable_name(), kSize);
    auto* const header = reinterpret_cast<wire::ChannelHeader*>(segment.data());
    header->magic = wire::kChannelMagic;
    header->wire_version = wire::kWireVersion;
    header->header_bytes = sizeof(wire::ChannelHeader);
    header->segment_bytes = kSize;
    header->ring_bytes = wire::kMinRingBytes;
    const auto in_header = input.number<std::uint8_t>() % 32U;
    for (unsigned i = 0; i < in_header; ++i) {
        const std::size_t at = input.number<std::uint16_t>() % sizeof(wire::ChannelHeader);
        segment.data()[at] = input.number<std::byte>();
    }
    const auto in_ring = input.rest();
    std::memcpy(segment.data() + wire::kRingsOffset, in_ring.data(),
                std::min<std::size_t>(in_ring.size(), wire::kMinRingBytes));
    try {
        const auto channel = wire::Channel::attach(test::link_with(segment), nullptr);
        wire::Message message;
        for (unsigned frames = 0; channel->receive(message); ++frames) {
            require(frames <= wire::kMinRingBytes / wire::kFrameAlignment,
                    "a ring holds so many frames");
        }
        for (int i = 0; i < 3; ++i)
            channel->try_send({wire::FrameKind::kReply}, R"({"result":null})", {});
    } catch (const ProtocolError&) {
    }
}

}  // namespace bridge32::fuzz
