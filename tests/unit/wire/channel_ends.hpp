// Both ends of a channel in one process, and what tests send through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/channel.hpp"

namespace bridge32::test {

inline constexpr std::uint64_t kMiB = 1024 * 1024;

struct ChannelEnds {
    explicit ChannelEnds(std::uint32_t ring_bytes = wire::kMinRingBytes,
                         wire::WaitMode mode = wire::WaitMode::kAdaptive)
        : client(wire::Channel::create(ring_bytes, mode)),
          host(wire::Channel::attach(client->link_to_new_host(), nullptr)) {}

    std::unique_ptr<wire::Channel> client;
    std::unique_ptr<wire::Channel> host;
};

using BlockShare = std::shared_ptr<wire::Block>;

inline bridge32_attachment all_of(const BlockShare& block) {
    return {block->data(), block->size()};
}

inline bool send(wire::Channel& channel, const std::vector<bridge32_attachment>& attachments,
                 std::string_view json = "{}") {
    return channel.try_send({wire::FrameKind::kRequest, 0, 1}, json, attachments);
}

inline std::string text(const wire::Message& message, std::size_t at) {
    const auto& attachment = message.attachments()[at];
    return {static_cast<const char*>(attachment.data), static_cast<std::size_t>(attachment.size)};
}

/// A block of the same size gets this memory again only when nobody uses it any more.
inline bool is_free(wire::Channel& channel, const std::byte* memory, std::uint64_t size) {
    return channel.make_block(size, wire::Content::kAny)->data() == memory;
}

}  // namespace bridge32::test
