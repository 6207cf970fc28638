// Inputs for whole processes: steps, of which some are messages of the peer, and some what this
// side does meanwhile.
//
// A message is a kind, the numbers of the call and of what it is part of, flags, and its content.
// Numbers are relative to those that are in use, so that an input says "the reply to the next
// call".
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "wire/channel.hpp"

namespace bridge32::fuzz {

/// The peer's end of a channel.
class Peer {
public:
    explicit Peer(std::unique_ptr<wire::Channel> channel) : channel_(std::move(channel)) {}

    /// Sends the message of a step. `next`: the number of this side's next call.
    void send(Input& input, std::uint64_t next) {
        const auto number = [&] {
            const auto way = input.number<std::int8_t>();
            return way == -128 ? 0 : next + static_cast<std::uint64_t>(std::int64_t{way} % 8);
        };
        wire::Envelope envelope{};
        envelope.kind = static_cast<wire::FrameKind>(input.number<std::uint8_t>() % 10);
        envelope.call_id = number();
        envelope.related_id = number();
        envelope.flags = input.number<std::uint8_t>() & wire::kNoReply;
        send(envelope, input);
    }
    /// Sends one with the content of a step.
    void send(const wire::Envelope& envelope, Input& input) {
        std::vector<std::vector<std::uint8_t>> memory;
        std::vector<bridge32_attachment> attachments;
        const auto count = input.number<std::uint8_t>() % 3U;
        memory.reserve(count);
        for (unsigned i = 0; i < count; ++i) {
            const auto part = input.take(input.number<std::uint8_t>());
            memory.emplace_back(part.begin(), part.end());
            attachments.push_back({memory.back().data(), memory.back().size()});
        }
        // A byte says how long the text is, and how often its end comes again, for deep ones.
        const auto text = input.take(input.number<std::uint8_t>());
        std::string json(text.begin(), text.end());
        const auto times = input.number<std::uint8_t>();
        if (times > 250 && !json.empty()) json.append(1000, json.back());
        channel_->try_send(envelope, json, attachments);
    }
    /// Overwrites what both sides share, but not who they are: `begin` to `begin + size`.
    void poke(Input& input, std::size_t begin, std::size_t size) {
        std::byte* const memory = reinterpret_cast<std::byte*>(&channel_->crash_report()) -
                                  std::size_t{wire::kCrashOffset};
        const std::size_t at = begin + input.number<std::uint16_t>() % size / 4 * 4;
        const auto word = input.number<std::uint32_t>();
        std::memcpy(memory + at, &word, sizeof word);
    }
    /// Reads what this side has sent. Returns the greatest number of a call that it has seen.
    std::uint64_t drain() {
        wire::Message message;
        try {
            while (channel_->receive(message))
                last_ = std::max(last_, message.call_id());
        } catch (const Error&) {  // what it has written itself, perhaps
        }
        return last_;
    }
    wire::Channel& channel() noexcept { return *channel_; }

private:
    std::unique_ptr<wire::Channel> channel_;
    std::uint64_t last_ = 0;
};

}  // namespace bridge32::fuzz
