// A client for others to kill: prints its host's process id, and then waits.
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "idle";
    bridge32::ClientOptions options;
    options.plugin_path = BRIDGE32_TEST_PLUGINS;
    const bridge32::Client client("crashes", options);
    const auto busy = what == "busy" ? client.async("hang") : client.async("pid");
    std::printf("%u\n", client.host_info().pid);
    std::fflush(stdout);
    std::this_thread::sleep_for(std::chrono::seconds(30));
}
