// A program that keeps its client to the very end, and calls there once more.
#include <bridge32/client.hpp>
#include <cstdio>
#include <optional>

namespace {

std::optional<bridge32::Client> client;

/// Destroyed before `client`, and after all that belongs to the main thread.
struct Last {
    ~Last() { std::printf("%d\n", client->call<int>("add", 1, 2)); }
};

}  // namespace

int main() {
    client.emplace("echo", bridge32::ClientOptions{.plugin_path = BRIDGE32_TEST_PLUGINS});
    static const Last last;
    return client->call<int>("add", 1, 2) == 3 ? 0 : 1;
}
