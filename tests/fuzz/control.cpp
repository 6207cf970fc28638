// A shared host's control segment, in which every client can write.
#include "wire/control.hpp"

#include <algorithm>
#include <bridge32/error.hpp>
#include <cstddef>
#include <cstring>

#include "fuzz.hpp"
#include "os/process.hpp"
#include "unit/os/runtime_folder.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    static const test::RuntimeFolder folder;
    static wire::ControlServer server("fuzzed");
    static wire::ControlClient intruder("fuzzed");
    auto* const memory = reinterpret_cast<std::byte*>(&intruder.bell_words()) -
                         offsetof(wire::ControlHeader, host_bell);

    const auto turns = 1 + input.number<std::uint8_t>() % 4;
    const auto bytes = input.rest();
    std::memcpy(memory, bytes.data(), std::min(bytes.size(), sizeof(wire::ControlHeader)));
    for (int turn = 0; turn < turns; ++turn) {
        require(!server.take(), "nobody has come");
        server.look_after(Clock::now());
    }
    wire::ControlClient client("fuzzed");
    require(client.facts().pid == os::own_pid(), "others still can connect");
    const auto channel = wire::Channel::create(wire::kMinRingBytes, wire::WaitMode::kBlock);
    client.link(*channel);
    require(channel->introduce(), "and introduce themselves");
    while (!server.ready()) {
    }
    require(server.take().has_value(), "which the host sees");
}

}  // namespace bridge32::fuzz
