// traced FOLDER: one call, in a host that runs in that folder.
#include <bridge32/client.hpp>

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const bridge32::Client client(
        "echo", {.plugin_path = BRIDGE32_TEST_PLUGINS, .working_directory = argv[1]});
    return client.call<int>("add", 1, 2) == 3 ? 0 : 1;
}
