// A program that others start with its owner's rights: setuid_linux FOLDER PLUGIN [wholly]. Opens a
// plugin and prints what came of it; `wholly`: gives up the rights of whoever started it before.
#include <sys/auxv.h>
#include <unistd.h>

#include <bridge32/client.hpp>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

int main(int argc, char** argv) {
    if (argc < 3) return 1;
    std::printf("secure=%lu\n", ::getauxval(AT_SECURE));
    if (argc > 3 && (::setgid(::getegid()) != 0 || ::setuid(::geteuid()) != 0)) return 1;
    try {
        bridge32::ClientOptions options;
        options.plugin_path = argv[1];
        const bridge32::Client c(argv[2], options);
        std::printf("3=%d\n", c.call<int>("add", 1, 2));
        for (const char* const name : {"BRIDGE32_TRACE", "BRIDGE32_PLUGIN_PATH", "BRIDGE32_LOG"}) {
            const auto value = c.call<std::optional<std::string>>("environment", name);
            std::printf("%s=%s\n", name, value.value_or("").c_str());
        }
    } catch (const std::exception& e) {
        std::printf("error=%s\n", e.what());
    }
    return 0;
}
