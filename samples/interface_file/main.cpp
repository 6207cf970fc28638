// Calls a 32-bit library by its interface file: there is no plugin to write.
#include <bridge32/client.hpp>
#include <cstdio>
#include <string>
#include <tuple>
#include <vector>

int main() {
    try {
        // [calls]
        bridge32::Client vendor("vendor");  // vendor.b32i, beside the 32-bit vendor.so
        auto [status, device] =
            vendor.call<std::tuple<int, bridge32::Handle<struct Device>>>("VOpen", 1);
        auto [read, samples, got] =
            vendor.call<std::tuple<int, std::vector<double>, int>>("VRead", device, 16);
        auto mean = vendor.call<double>("VMean", samples);
        // [calls end]
        std::printf("VOpen gave %d, VRead %d with %d samples, whose mean is %g\n", status, read,
                    got, mean);
        std::printf("VInfo gave %s\n", vendor.call("VInfo", device).dump().c_str());

        // [callback]
        const int channels = vendor.call<int>("VScan", device, [](int channel, double value) {
            std::printf("channel %d: %g\n", channel, value);
            return value < 4 ? 1 : 0;
        });
        // [callback end]
        std::printf("VScan ended at channel %d\n", channels);
        vendor.call("VClose", device);

        try {
            vendor.call("VOpen", 12);
        } catch (const bridge32::RemoteError& e) {
            std::printf("VOpen(12) failed: %s\n", e.message().c_str());
        }
        vendor.shutdown();
    } catch (const bridge32::Error& e) {
        std::fprintf(stderr, "%s\n", e.what());
        return 1;
    }
}
