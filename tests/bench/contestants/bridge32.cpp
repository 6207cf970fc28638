// bridge32 as a program uses it: the public API, and a plugin written with the SDK.
#include <bridge32/client.hpp>
#include <memory>

#include "contestants.hpp"
#include "own_client.hpp"

namespace bench {

namespace {

class Bridge : public Pair {
public:
    explicit Bridge(const bridge32::ClientOptions& options)
        : client_(own_client(options)),
          spins_(options.wait != bridge32::Wait::block && options.mode == bridge32::Mode::process) {
    }

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] { check_sum(client_.call<int>("add", 1, 2)); });
    }

    pid_t spinning_server() const override {
        return spins_ ? static_cast<pid_t>(client_.host_info().pid) : 0;
    }

private:
    bridge32::Client client_;
    bool spins_;
};

Contestant bridge(const char* name, const char* what, int bits,
                  const bridge32::ClientOptions& options) {
    return {name, what, bits, [options] { return std::make_unique<Bridge>(options); }};
}

}  // namespace

bridge32::Client own_client(bridge32::ClientOptions options) {
    options.plugin_path = BENCH_PLUGINS;
    return bridge32::Client("bench", options);
}

Contestant bridge32_adaptive() { return bridge("bridge32", "bridge32", 32, {}); }
Contestant bridge32_spin() {
    return bridge("bridge32_spin", "bridge32, wait = spin", 32, {.wait = bridge32::Wait::spin});
}
Contestant bridge32_block() {
    return bridge("bridge32_block", "bridge32, wait = block", 32, {.wait = bridge32::Wait::block});
}
Contestant bridge32_in_process() {
    return bridge("bridge32_in_process", "bridge32, plugin in the same process", 64,
                  {.mode = bridge32::Mode::in_process});
}

}  // namespace bench
