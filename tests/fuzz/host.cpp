// A whole session of a host with a plugin, and a client that sends what the input says: it ends.
#include <bridge32/codec.hpp>
#include <bridge32/error.hpp>
#include <bridge32/internal/protocol/reply.hpp>
#include <filesystem>

#include "host32/session/session.hpp"
#include "steps.hpp"

namespace bridge32::fuzz {

namespace {

using namespace std::chrono_literals;

struct Plugins {
    host::PluginRegistry registry{
        {std::filesystem::read_symlink("/proc/self/exe").parent_path() / "plugins"},
        {},
        {},
        {.allow_unsafe = true}};
    // Holds the plugin in memory between the inputs.
    std::shared_ptr<hosting::PluginInstance> one = registry.open("fuzzed", {});
    host::WorkerPool pool{1};
};

}  // namespace

void fuzz(Input input) {
    static Plugins plugins;
    Peer peer(wire::Channel::create(16'384, wire::WaitMode::kSpin));
    auto attached = wire::Channel::attach(peer.channel().link_to_new_host(), nullptr);
    const wire::Doorbell bell = attached->own_bell();
    const auto endpoint = std::make_shared<host::Endpoint>(std::move(attached), bell);
    endpoint->limit_patience(0ms, [] { return true; });  // for callbacks that are not answered yet
    host::Session session(endpoint, plugins.registry, plugins.pool);
    std::uint64_t calls = 0;
    try {
        if (input.number<std::uint8_t>() % 4 == 0) {
            peer.send({wire::FrameKind::kOpen, 0, ++calls}, input);
        } else {
            peer.channel().try_send({wire::FrameKind::kOpen, 0, ++calls}, R"({"plugin":"fuzzed"})",
                                    {});
        }
        for (int steps = 0; !input.empty() && steps < 64; ++steps) {
            switch (input.number<std::uint8_t>() % 8) {
                case 0:
                    peer.poke(input, 128, sizeof(wire::ChannelHeader) - 128);
                    break;
                case 1:
                    peer.poke(input, wire::kRingsOffset, 16'384);
                    break;
                case 2:
                    while (session.ready() && !session.finished())
                        session.serve();
                    peer.drain();
                    break;
                default:
                    peer.send(input, ++calls);
            }
        }
    } catch (const Error&) {  // the peer's own end
    }
    for (int served = 0; session.ready() && !session.finished() && served < 1000; ++served) {
        session.serve();
        peer.drain();
    }
    endpoint->close();
}

}  // namespace bridge32::fuzz
