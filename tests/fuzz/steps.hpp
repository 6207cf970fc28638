// Inputs for whole processes: steps, of which some are messages of the peer, and some what this
// side does meanwhile.
//
// A message is a kind, the numbers of the call and of what it is part of, flags, and its content.
// Numbers are relative to those that are in use, so that an input says "the reply to the next
// call". The peer's end of the channel writes honest frames; `tamper` then changes one field of the
// last one, in the ring or in the arena, before the other side reads it.
#pragma once

#include <bridge32/internal/json/nesting.hpp>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fuzz.hpp"
#include "wire/channel.hpp"

namespace bridge32::fuzz {

/// How deep arrays and objects nest in a JSON text.
inline int depth_of(std::string_view json) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            if (c == '\\') ++i;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            deepest = std::max(deepest, ++depth);
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return deepest;
}

/// Looks at every byte that `attachments` claim to have.
inline void read_all(std::span<const bridge32_attachment> attachments) {
    volatile unsigned sum = 0;
    for (const auto& attachment : attachments) {
        const auto* bytes = static_cast<const unsigned char*>(attachment.data);
        for (std::uint64_t i = 0; i < attachment.size; i += i + 64 < attachment.size ? 64 : 1)
            sum = sum + bytes[i];
    }
}

/// What this end has sent.
struct Sent {
    wire::Envelope envelope;
    std::string json;
    std::vector<std::vector<std::uint8_t>> memory;
};

/// The peer's end of a channel. The other end is in this process, too.
class Peer {
public:
    enum class Plays { kHost, kClient };
    Peer(std::unique_ptr<wire::Channel> channel, Plays plays)
        : channel_(std::move(channel)), plays_(plays) {}

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
        auto& sent = sent_.emplace_back();
        sent.envelope = envelope;
        const auto how = input.number<std::uint8_t>();
        place_ = {(how / 3 & 1) != 0, (how / 3 & 2) != 0};
        const auto count = how % 3U;
        for (unsigned i = 0; i < count; ++i) {
            const auto part = input.take(input.number<std::uint8_t>());
            sent.memory.emplace_back(part.begin(), part.end());
        }
        // A byte says how long the text is, and how often its end comes again, for deep ones.
        const auto text = input.take(input.number<std::uint8_t>());
        sent.json.assign(text.begin(), text.end());
        const auto times = input.number<std::uint8_t>();
        if (times > 250 && !sent.json.empty()) sent.json.append(1000, sent.json.back());
        write(sent);
    }
    void send(const wire::Envelope& envelope, std::string_view json) {
        place_ = {};
        write(sent_.emplace_back(Sent{envelope, std::string(json), {}}));
    }
    /// Sends the last message again, as often as the input says, with higher numbers each time.
    void repeat(Input& input) {
        if (sent_.empty()) return;
        for (auto times = input.number<std::uint8_t>(); times > 0 && sent_.size() < 2000; --times) {
            Sent next = sent_.back();
            ++next.envelope.call_id;
            ++next.envelope.related_id;
            sent_.push_back(std::move(next));
            if (!write(sent_.back())) return;
        }
    }

    /// Makes a field of the last message another one.
    void tamper(Input& input) {
        const auto field = input.number<std::uint8_t>();
        const auto which = input.number<std::uint8_t>();
        const auto way = input.number<std::uint8_t>();
        const auto value = input.number<std::uint64_t>();
        if (frame_ == nullptr) return;
        const bool first = std::exchange(honest_, false);
        refused_.reset();
        struct Field {
            std::size_t offset;
            std::size_t size;
        };
        constexpr Field kHeader[] = {{0, 4},  {4, 1},  {5, 1},  {6, 2}, {8, 8},
                                     {16, 8}, {24, 4}, {28, 2}, {30, 2}};
        constexpr Field kEntry[] = {{0, 8}, {8, 8}, {16, 4}, {20, 4}};  // ArenaReference, too
        std::byte* at = frame_;
        Field of = kHeader[field % std::size(kHeader)];
        switch (which % 4) {
            case 0:  // the header
                break;
            case 1:  // an attachment's entry
                if (attachments_ == 0) return;
                of = kEntry[field % std::size(kEntry)];
                at = content_ + wire::table_offset(json_bytes_) +
                     which / 4 % attachments_ * sizeof(wire::AttachmentEntry);
                break;
            case 2:  // the reference in an indirect frame
                of = kEntry[field % std::size(kEntry)];
                at = frame_ + sizeof(wire::FrameHeader);
                break;
            default:  // the header in the arena
                at = content_;
        }
        std::uint64_t number = 0;
        std::memcpy(&number, at + of.offset, of.size);
        constexpr std::uint64_t kEdges[] = {0,          1,           63,         64,
                                            4096,       8192,        0x7FFFFFC0, 0x80000000,
                                            0xFFFFFFC0, 0xFFFFFFFFU, 1ULL << 40, ~0ULL};
        switch (way % 4) {
            case 0:
                number += static_cast<std::uint64_t>(static_cast<std::int8_t>(value));
                break;
            case 1:
                number += 64 * static_cast<std::uint64_t>(static_cast<std::int16_t>(value));
                break;
            case 2:
                number = kEdges[value % std::size(kEdges)];
                break;
            default:
                number = value;
        }
        std::memcpy(at + of.offset, &number, of.size);
        if (first && (which % 4 == 0 || which % 4 == 3) && is_wrong() && !passed(tail_)) {
            refused_ = tail_;
        }
    }
    /// Overwrites what both sides share, but not who they are: `begin` to `begin + size`.
    void poke(Input& input, std::size_t begin, std::size_t size) {
        const std::size_t at = begin + input.number<std::uint16_t>() % size / 4 * 4;
        const auto word = input.number<std::uint32_t>();
        std::memcpy(memory() + at, &word, sizeof word);
        honest_ = false;
        refused_.reset();
    }

    /// Reads what this side has sent. Returns the greatest number of a call that it has seen.
    std::uint64_t drain() {
        wire::Message message;
        try {
            while (channel_->receive(message)) {
                read_all(message.attachments());
                if (honest_) {
                    require(message.readable(), "what this side sends can be read");
                    require(depth_of(message.json()) <= kMaxTextDepth,
                            "what this side sends is not too deep");
                    if (on_message) on_message(message);
                }
                if (message.kind() == wire::FrameKind::kCallback) {
                    last_invocation_ = message.call_id();
                }
                last_ = std::max(last_, message.call_id());
            }
        } catch (const Error& e) {  // what it has written itself, perhaps
            require(!honest_, e.what());
        }
        require(!refused_ || !passed(*refused_),
                "a frame with reserved fields, or two heads, is refused");
        return last_;
    }
    /// For what `drain` reads, as long as this end is honest.
    std::function<void(const wire::Message&)> on_message;

    /// The number of the last callback that it has read.
    std::uint64_t last_invocation() const noexcept { return last_invocation_; }

    wire::Channel& channel() noexcept { return *channel_; }
    /// True if all that this end has written is what a peer may write.
    bool honest() const noexcept { return honest_; }
    const std::deque<Sent>& sent() const noexcept { return sent_; }

private:
    struct Place {
        bool attachments_in_arena = false;
        bool frame_in_arena = false;
    };

    std::byte* memory() noexcept {
        return reinterpret_cast<std::byte*>(&channel_->crash_report()) -
               std::size_t{wire::kCrashOffset};
    }
    wire::ChannelHeader& header() noexcept {
        return *reinterpret_cast<wire::ChannelHeader*>(memory());
    }
    /// What this end writes to.
    wire::RingIndices& ring() noexcept {
        return plays_ == Plays::kClient ? header().requests : header().replies;
    }
    /// True if a header of the last frame has something in reserved fields, or the one in the arena
    /// differs from the one in the ring.
    bool is_wrong() const noexcept {
        wire::FrameHeader outer;
        wire::FrameHeader inner;
        std::memcpy(&outer, frame_, sizeof outer);
        std::memcpy(&inner, content_, sizeof inner);
        const auto reserved = [](const wire::FrameHeader& header) {
            return (header.flags & ~unsigned{wire::kKnownFlags}) != 0 || header.thread != 0 ||
                   header.method != 0;
        };
        if (outer.kind == static_cast<std::uint8_t>(wire::FrameKind::kPadding)) return false;
        if (reserved(outer)) return true;
        if (content_ == frame_ || (outer.flags & wire::kIndirect) == 0) return false;
        return reserved(inner) || inner.kind != outer.kind || inner.call_id != outer.call_id ||
               inner.related_id != outer.related_id ||
               (inner.flags | wire::kIndirect) != outer.flags;
    }
    /// True if the other side has read up to there.
    bool passed(std::uint32_t tail) noexcept {
        return static_cast<std::int32_t>(ring().head.load() - tail) >= 0;
    }
    std::byte* in_arena(std::size_t size) {
        blocks_.push_back(channel_->make_block(size));
        return blocks_.back()->data();
    }

    /// False when there is no room; then it has not been sent.
    bool write(const Sent& sent) {
        std::vector<bridge32_attachment> attachments;
        for (const auto& part : sent.memory) {
            const void* data = part.data();
            if (place_.attachments_in_arena && !part.empty()) {
                data = std::memcpy(in_arena(part.size()), part.data(), part.size());
            }
            attachments.push_back({data, part.size()});
        }
        const bool written = place_.frame_in_arena
                                 ? write_to_arena(sent, attachments)
                                 : write_to_ring(sent.envelope, sent.json, attachments);
        if (!written) {
            sent_.pop_back();
            frame_ = nullptr;
        }
        return written;
    }
    bool write_to_ring(const wire::Envelope& envelope, std::string_view json,
                       std::span<const bridge32_attachment> attachments) {
        if (!channel_->try_send(envelope, json, attachments)) return false;
        const std::uint32_t capacity = header().ring_bytes;
        std::byte* const begin =
            memory() + wire::kRingsOffset + (plays_ == Plays::kClient ? 0 : capacity);
        const std::uint32_t place = tail_ % capacity;
        frame_ = begin + place;
        tail_ = ring().tail.load();
        wire::FrameHeader first;
        std::memcpy(&first, frame_, sizeof first);
        const bool padding =
            first.kind == 0 && first.frame_bytes == capacity - place && tail_ % capacity != 0;
        if (padding) frame_ = begin;
        content_ = frame_;
        std::memcpy(&first, frame_, sizeof first);
        const bool indirect = (first.flags & wire::kIndirect) != 0;
        json_bytes_ = indirect ? 0 : json.size();
        attachments_ = indirect ? 0 : attachments.size();
        return true;
    }
    /// As a channel does with a large frame: here with one of any size. What refers to its block is
    /// sent, and made the reference to the frame.
    bool write_to_arena(const Sent& sent, std::span<const bridge32_attachment> attachments) {
        const auto size = wire::frame_size(sent.json.size(), {attachments, {}});
        std::byte* const inner = in_arena(static_cast<std::size_t>(size));
        wire::FrameHeader header{};
        header.frame_bytes = static_cast<std::uint32_t>(size);
        header.kind = static_cast<std::uint8_t>(sent.envelope.kind);
        header.flags = sent.envelope.flags;
        header.call_id = sent.envelope.call_id;
        header.related_id = sent.envelope.related_id;
        header.json_bytes = static_cast<std::uint32_t>(sent.json.size());
        wire::write_frame(inner, header, sent.json.data(), {attachments, {}});
        const bridge32_attachment block{inner, size};
        const std::string room(sizeof(wire::ArenaReference), ' ');
        if (!write_to_ring(sent.envelope, room, {&block, 1})) return false;
        std::memcpy(frame_ + sizeof(wire::FrameHeader), frame_ + wire::table_offset(room.size()),
                    room.size());
        wire::FrameHeader outer;
        std::memcpy(&outer, frame_, sizeof outer);
        outer.flags |= wire::kIndirect;
        outer.attachment_count = 0;
        std::memcpy(frame_, &outer, sizeof outer);
        content_ = inner;
        json_bytes_ = sent.json.size();
        attachments_ = attachments.size();
        return true;
    }

    // Before the channel, whose arena starts a thread when a block ends sooner.
    std::vector<std::shared_ptr<wire::Block>> blocks_;
    std::unique_ptr<wire::Channel> channel_;
    Plays plays_;
    Place place_;
    bool honest_ = true;
    std::optional<std::uint32_t> refused_;  ///< the end of a frame that is not to be read
    std::deque<Sent> sent_;
    std::uint64_t last_ = 0;
    std::uint64_t last_invocation_ = 0;
    // Of the last message: its frame in the ring, where its content lies, and how much.
    std::uint32_t tail_ = 0;
    std::byte* frame_ = nullptr;
    std::byte* content_ = nullptr;
    std::size_t json_bytes_ = 0;
    std::size_t attachments_ = 0;
};

}  // namespace bridge32::fuzz
