// A client for others to kill: prints its host's process id, and then waits. client_to_kill WHAT
// [HOST]: "idle", "busy" or "arrays"; HOST: the shared host to connect to.
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

namespace {

void wait_to_be_killed(const bridge32::Client& client) {
    std::printf("%u\n", client.host_info().pid);
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(30));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "idle";
    const std::string plugin = what == "arrays" ? "calls_back" : "crashes";
    bridge32::ClientOptions options;
    options.plugin_path = BRIDGE32_TEST_PLUGINS;
    const auto client = argc > 2 ? bridge32::Client::connect(argv[2], plugin, options)
                                 : bridge32::Client(plugin, options);
    if (what == "arrays") {  // of both sides, alive
        const auto ours = client.make_array<double>({200'000});
        const auto hosts = client.call<bridge32::NdArray<const double>>("twice", ours);
        wait_to_be_killed(client);
    } else {
        const auto busy = what == "busy" ? client.async("hang") : client.async("pid");
        wait_to_be_killed(client);
    }
}
