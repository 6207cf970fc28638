// one_call process|in_process CALL [HOST]: a few hundred calls, each in a function of its own for
// callgrind to count: see `count`. CALL is add, echo, doubled_vector, add_of_N: the last of N
// methods more, or a library's function by a plugin or by an interface file: library_add,
// interface_add.
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr int kCalls = 200;

const std::string kText(100, 'x');
const std::vector<double> kArray(16, 0.5);
std::string last_method;

void must(bool right) {
    if (!right) throw std::runtime_error("the result is wrong");
}

}  // namespace

// The names that `count` gives to callgrind.
extern "C" {

[[gnu::noinline]] void bench_one_add(bridge32::Client& client) {
    must(client.call<int>("add", 1, 2) == 3);
}
[[gnu::noinline]] void bench_one_echo(bridge32::Client& client) {
    must(client.call<std::string>("echo", kText).size() == kText.size());
}
[[gnu::noinline]] void bench_one_add_of(bridge32::Client& client) {
    must(client.call<int>(last_method, 1, 2) == 3);
}
[[gnu::noinline]] void bench_one_library_add(bridge32::Client& client) {
    must(client.call<int>("bench_add", 1, 2) == 3);
}
[[gnu::noinline]] void bench_one_doubled_vector(bridge32::Client& client) {
    must(client.call<std::vector<double>>("doubled_vector", kArray).back() == 1);
}
}

int main(int argc, char** argv) {
    try {
        if (argc < 3) throw std::runtime_error("usage: one_call process|in_process CALL [HOST]");
        const std::string name = argv[2];
        const bool of_many = name.starts_with("add_of_");
        const bool by_interface = name == "interface_add";
        const bool of_library = by_interface || name == "library_add";
        auto* const call = name == "add"    ? bench_one_add
                           : name == "echo" ? bench_one_echo
                           : of_many        ? bench_one_add_of
                           : of_library     ? bench_one_library_add
                                            : bench_one_doubled_vector;
        bridge32::ClientOptions options;
        if (name == "library_add") options.kwargs = {{"library", "bench_library"}};
        if (of_many) {
            const int methods = std::stoi(name.substr(7));
            options.kwargs = {{"methods", methods}};
            last_method = "add_" + std::to_string(methods - 1);
        }
        options.plugin_path = BENCH_PLUGINS;
        // Under callgrind either side takes its time. Asleep, the other would be woken by
        // further code, sometimes.
        options.wait = bridge32::Wait::spin;
        options.startup_timeout = std::chrono::seconds(60);
        if (std::string(argv[1]) == "in_process") options.mode = bridge32::Mode::in_process;
        if (argc > 3) options.host_executable = argv[3];
        bridge32::Client client(by_interface ? "bench_interface" : "bench", options);
        for (int i = 0; i < kCalls; ++i)
            call(client);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "one_call: %s\n", e.what());
        return 1;
    }
}
