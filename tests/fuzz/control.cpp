// A shared host's control segment, in which every client can write.
#include "wire/control.hpp"

#include <bridge32/error.hpp>
#include <chrono>

#include "base/names.hpp"
#include "fuzz.hpp"
#include "os/segment.hpp"
#include "unit/os/runtime_folder.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    static const test::RuntimeFolder folder;
    static wire::ControlServer server("fuzzed");
    static const auto memory = os::Segment::open(wire::ControlClient("fuzzed").segment_name());
    static auto now = Clock::now();

    const auto turns = 1 + input.number<std::uint8_t>() % 4;
    const auto bytes = input.rest();
    std::memcpy(memory.data(), bytes.data(), std::min<std::size_t>(bytes.size(), memory.size()));
    for (int turn = 0; turn < turns; ++turn) {
        unsigned taken = 0;
        for (; server.ready() && taken <= 2 * wire::kControlSlots; ++taken) {
            const auto name = server.take();
            if (!name) break;
            require(bridge32::is_unguessable_name(*name), "only such names are opened");
        }
        require(taken <= wire::kControlSlots, "each slot is taken once");
        // Slots that are claimed and never posted are free again at last.
        now += times::kClaimLife;
        server.look_after_slots(now);
    }
    now += 2 * times::kClaimLife;
    server.look_after_slots(now);
    const auto take_all = [] {
        while (server.take()) {
        }
    };
    take_all();
    wire::ControlClient client("fuzzed");
    require(client.post(bridge32::unguessable_name()), "others still can connect");
    require(server.ready(), "and the host sees that");
    take_all();
}

}  // namespace bridge32::fuzz
