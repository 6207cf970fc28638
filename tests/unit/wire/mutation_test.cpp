// Random bytes where a peer writes: every outcome is a message, a ProtocolError, or an Error when
// a message refers to what is not there. Under
// AddressSanitizer this shows that nothing outside of the memory is touched. The seeds are fixed.
#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/names.hpp"
#include "unit/wire/support.hpp"
#include "wire/arena.hpp"
#include "wire/message.hpp"
#include "wire/ring.hpp"

namespace mutation_test {

using namespace bridge32;
using namespace bridge32::wire;
using bridge32::test::AlignedMemory;
using bridge32::test::Random;
using bridge32::test::TestRing;

namespace {

/// Numbers that are more likely than others to pass half of a check.
std::uint64_t interesting(Random& random) {
    static constexpr std::array<std::uint64_t, 16> kValues{0,
                                                           1,
                                                           31,
                                                           32,
                                                           63,
                                                           64,
                                                           65,
                                                           128,
                                                           4032,
                                                           4096,
                                                           0x7FFF'FFC0,
                                                           0x8000'0000,
                                                           0xFFFF'FFC0,
                                                           0xFFFF'FFFF,
                                                           0xFFFF'FFFF'FFFF'FFC0,
                                                           0xFFFF'FFFF'FFFF'FFFF};
    return random.below(4) == 0 ? random.next() : kValues[random.below(kValues.size())];
}

/// Overwrites a few bytes or words, mostly where the headers are.
void scribble(Random& random, std::byte* memory, std::size_t size) {
    const std::uint32_t times = 1 + random.below(4);
    for (std::uint32_t i = 0; i < times; ++i) {
        const std::size_t frame = random.below(static_cast<std::uint32_t>(size / 64)) * 64;
        const std::size_t place = frame + random.below(8) * 4;
        switch (random.below(3)) {
            case 0:
                memory[place] = static_cast<std::byte>(random.next());
                break;
            case 1:
                test::poke(memory, place, static_cast<std::uint32_t>(interesting(random)));
                break;
            default:
                test::poke(memory, place, interesting(random));
                break;
        }
    }
}

/// Reads everything that a message claims to hold.
std::uint64_t sum_of(const Message& message) {
    std::uint64_t sum = message.call_id();
    for (const char c : message.json())
        sum += static_cast<unsigned char>(c);
    for (const auto& attachment : message.attachments()) {
        const auto* bytes = static_cast<const unsigned char*>(attachment.data);
        for (std::uint64_t i = 0; i < attachment.size; i += 16)
            sum += bytes[i];
        if (attachment.size != 0) sum += bytes[attachment.size - 1];
    }
    return sum;
}

/// The arena of a peer that has none.
Link nobody;
PeerArena arena(bridge32::unguessable_name(), nobody);

struct Outcomes {
    std::uint32_t messages = 0;
    std::uint32_t errors = 0;
    std::uint32_t unreadable = 0;
};

void fill(Random& random, TestRing& ring) {
    static const std::string kBytes(600, 'b');
    for (int i = 0; i < 12; ++i) {
        std::array<bridge32_attachment, 3> attachments{};
        for (auto& attachment : attachments)
            attachment = {kBytes.data(), random.below(300)};
        const std::string json(random.below(120), 'j');
        test::send(ring, json, random.next(), {attachments.data(), random.below(4)});
    }
}

}  // namespace

TEST_CASE("mutation: a scribbled ring gives messages or a ProtocolError") {
    Random random(0xB32);
    Outcomes outcomes;
    std::uint64_t sum = 0;
    Message message;

    for (int round = 0; round < 20'000; ++round) {
        TestRing ring(4096);
        for (auto turns = random.below(3); turns > 0; --turns) {
            fill(random, ring);
            while (ring.reader.ready())
                test::take(ring);
        }
        fill(random, ring);
        scribble(random, ring.data.data(), ring.data.size());
        if (random.below(8) == 0) {
            ring.indices.tail.store(static_cast<std::uint32_t>(interesting(random)));
        }
        try {
            // A ring holds at most 64 frames, so a reader that turns in circles shows.
            for (int frames = 0; frames <= 64; ++frames) {
                const auto frame = ring.reader.peek();
                if (!frame) break;
                REQUIRE(frames < 64);
                message.assign(*frame, arena);
                sum += sum_of(message);
                ring.reader.release(*frame);
                ++outcomes.messages;
            }
        } catch (const ProtocolError&) {
            ++outcomes.errors;
        } catch (const Error&) {
            ++outcomes.unreadable;
        }
    }

    MESSAGE(outcomes.messages << " messages, " << outcomes.errors << " errors, "
                              << outcomes.unreadable << " unreadable, sum " << sum);
    CHECK(outcomes.messages > 10'000);
    CHECK(outcomes.errors > 5'000);
}

TEST_CASE("mutation: a scribbled frame in an arena gives a message or a ProtocolError") {
    Random random(0xA12E);
    Outcomes outcomes;
    std::uint64_t sum = 0;
    Message message;
    const std::string bytes(4000, 'b');

    for (int round = 0; round < 20'000; ++round) {
        std::vector<bridge32_attachment> attachments(random.below(8));
        for (auto& attachment : attachments)
            attachment = {bytes.data(), random.below(4000)};
        AlignedMemory memory = test::frame_of(test::header_for("", 7),
                                              std::string(random.below(500), 'j'), attachments);
        FrameHeader outer = checked_header(memory.data(), memory.size());
        outer.flags |= kIndirect;
        const std::size_t headers = test::table_of(outer.json_bytes) + attachments.size() * 24;
        scribble(random, memory.data(),
                 std::min(memory.size(), static_cast<std::size_t>(round_up(headers, 64))));
        try {
            message.assign(outer, test::lease_on(memory), arena);
            sum += sum_of(message);
            ++outcomes.messages;
        } catch (const ProtocolError&) {
            ++outcomes.errors;
        } catch (const Error&) {
            ++outcomes.unreadable;
        }
        message.clear();
    }

    MESSAGE(outcomes.messages << " messages, " << outcomes.errors << " errors, "
                              << outcomes.unreadable << " unreadable, sum " << sum);
    CHECK(outcomes.messages > 1'000);
    CHECK(outcomes.errors > 1'000);
}

TEST_CASE("mutation: scribbled references give a message, an Error or a ProtocolError") {
    Random random(0x12EF);
    const std::string prefix = bridge32::unguessable_name() + ".c";
    auto links = Link::pair(prefix);
    Arena owner(prefix);
    PeerArena peer(prefix, links.second);
    Outcomes outcomes;
    std::uint64_t sum = 0;
    Message message;

    for (int round = 0; round < 20'000; ++round) {
        std::vector<std::shared_ptr<Block>> blocks(1 + random.below(4));
        std::vector<bridge32_attachment> attachments;
        std::vector<AttachmentEntry> entries;
        for (auto& block : blocks) {
            block = owner.make(1 + random.below(3000), Content::kAny);
            const auto place = owner.find(block->data(), block->size());
            REQUIRE(place->slab->give(links.first));
            place->references->fetch_add(1);
            attachments.push_back({block->data(), block->size()});
            entries.push_back({place->reference.offset, place->reference.size,
                               place->reference.segment, place->reference.slot});
        }
        AlignedMemory memory = test::frame_of(test::header_for("", 7), "{}", attachments, entries);
        std::byte* table = memory.data() + test::table_of(2);
        for (auto times = random.below(3); times > 0; --times) {
            std::byte* entry = table + random.below(static_cast<std::uint32_t>(blocks.size())) * 24;
            switch (random.below(4)) {
                case 0:
                    test::poke(entry, offsetof(AttachmentEntry, offset), interesting(random));
                    break;
                case 1:
                    test::poke(entry, offsetof(AttachmentEntry, size), interesting(random));
                    break;
                case 2:
                    test::poke(entry, offsetof(AttachmentEntry, segment), random.below(12) - 1);
                    break;
                default:
                    test::poke(entry, offsetof(AttachmentEntry, slot), random.below(1200));
                    break;
            }
        }
        try {
            const RawFrame frame{checked_header(memory.data(), memory.size()), memory.data()};
            message.assign(frame, peer);
            sum += sum_of(message);
            ++outcomes.messages;
        } catch (const ProtocolError&) {
            ++outcomes.errors;
        } catch (const Error&) {
            ++outcomes.unreadable;
        }
        message.clear();
    }

    MESSAGE(outcomes.messages << " messages, " << outcomes.errors << " errors, "
                              << outcomes.unreadable << " unreadable, sum " << sum);
    CHECK(outcomes.messages > 5'000);
    CHECK(outcomes.errors > 2'000);
    CHECK(outcomes.unreadable > 100);
}

TEST_CASE("mutation: a ring of random bytes gives messages or a ProtocolError") {
    Random random(0xD1CE);
    Outcomes outcomes;
    Message message;

    for (int round = 0; round < 2'000; ++round) {
        TestRing ring(4096);
        for (std::size_t i = 0; i < 4096; i += 8)
            test::poke(ring.data.data(), i, random.next());
        // A size that often passes, so that the fields behind it are looked at.
        test::poke(ring.data.data(), 0, (1 + random.below(64)) * 64);
        test::poke(ring.data.data(), offsetof(FrameHeader, json_bytes), random.below(4096));
        test::poke(ring.data.data(), offsetof(FrameHeader, attachment_count), random.below(8));
        test::poke(ring.data.data(), offsetof(FrameHeader, kind), random.below(0x400));
        ring.indices.tail.store((1 + random.below(64)) * 64);
        try {
            while (const auto frame = ring.reader.peek()) {
                message.assign(*frame, arena);
                sum_of(message);
                ring.reader.release(*frame);
                ++outcomes.messages;
            }
        } catch (const ProtocolError&) {
            ++outcomes.errors;
        } catch (const Error&) {
            ++outcomes.unreadable;
        }
    }

    CHECK(outcomes.errors > 1'000);
    CHECK(outcomes.messages > 10);
}

}  // namespace mutation_test
