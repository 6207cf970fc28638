// zlib_demo [FILE [OUTPUT.gz]]
//
// Compresses and decompresses a file with the 32-bit zlib, in a host32 that this 64-bit program
// starts. The 64-bit zlib and the program gzip check the result.
#include <algorithm>
#include <bridge32/client.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "files.hpp"
#include "report.hpp"

namespace {

using bridge32::Bytes;
using Clock = std::chrono::steady_clock;

constexpr int kSmallCalls = 10'000;

/// Counts what crosses the bridge.
struct Traffic {
    std::uint64_t calls = 0;
    std::uint64_t bytes_there = 0;
    std::uint64_t bytes_back = 0;
};

/// The plugin's methods as typed C++ functions.
class Zlib {
public:
    explicit Zlib(const bridge32::ClientOptions& options) : client_("zlib", options) {}

    Bytes compress(const Bytes& data) { return call<Bytes>("compress", data); }
    Bytes decompress(const Bytes& data) {
        return call<Bytes>("decompress", data, bridge32::named({{"max_size", 1ULL << 30}}));
    }
    std::uint32_t crc32(const Bytes& data) { return call<std::uint32_t>("crc32", data); }
    std::string version() { return client_.get<std::string>("version"); }
    bridge32::HostInfo host() const { return client_.host_info(); }

    const Traffic& traffic() const noexcept { return traffic_; }

private:
    template <class Result, class... More>
    Result call(const char* method, const Bytes& data, const More&... more) {
        Result result = client_.call<Result>(method, data, more...);
        ++traffic_.calls;
        traffic_.bytes_there += data.size();
        if constexpr (std::is_same_v<Result, Bytes>) {
            traffic_.bytes_back += result.size();
        }
        return result;
    }

    bridge32::Client client_;
    Traffic traffic_;
};

/// The result of `function` and its duration.
template <class Function>
auto timed(const Function& function) {
    const auto start = Clock::now();
    auto result = function();
    return std::pair(std::move(result), Duration(Clock::now() - start));
}

/// The median time of a call that sends 16 bytes and returns a number.
Duration small_call_time(Zlib& zlib) {
    const Bytes few("sixteen bytes...");
    std::vector<Duration> times(kSmallCalls);
    for (Duration& time : times) {
        time = timed([&] { return zlib.crc32(few); }).second;
    }
    std::nth_element(times.begin(), times.begin() + kSmallCalls / 2, times.end());
    return times[kSmallCalls / 2];
}

/// The plugin's error for a corrupted stream; empty if there is none.
std::string complaint_about_damage(Zlib& zlib, Bytes stream) {
    stream[stream.size() / 2] ^= 0x55;
    try {
        zlib.decompress(stream);
    } catch (const bridge32::RemoteError& e) {
        return e.message();
    }
    return {};
}

bool run(const std::filesystem::path& file, const std::filesystem::path& output) {
    Zlib zlib({});
    const Bytes original = read_file(file);
    const auto host = zlib.host();
    const int host_bits = executable_bits(host.pid);

    print_heading("A 64-bit program calls the 32-bit zlib");
    print_fact("client", std::to_string(8 * sizeof(void*)) + " bit");
    print_fact("host", host.version + ", process " + std::to_string(host.pid) + ", " +
                           std::to_string(host_bits) + "-bit executable");
    print_fact("library", "zlib " + zlib.version() + ", " + mapped_file(host.pid, "libz.so"));
    print_fact("file", file.string() + ", " + grouped(original.size()) + " bytes");

    print_heading("Calls");
    print_call_heading();
    const auto [stream, compress_time] = timed([&] { return zlib.compress(original); });
    print_call("compress", original.size(), stream.size(), compress_time);
    const auto [restored, decompress_time] = timed([&, &s = stream] { return zlib.decompress(s); });
    print_call("decompress", stream.size(), restored.size(), decompress_time);
    const auto [crc, crc_time] = timed([&] { return zlib.crc32(original); });
    print_call("crc32", original.size(), 0, crc_time);
    print_fact("small call", readable(small_call_time(zlib)) + ", the median of " +
                                 grouped(kSmallCalls) + " calls of crc32 with 16 bytes");
    print_fact("together", grouped(zlib.traffic().calls) + " calls, " +
                               grouped(zlib.traffic().bytes_there) + " bytes there, " +
                               grouped(zlib.traffic().bytes_back) + " bytes back");

    print_heading("Checks");
    Checks checks;
    checks.expect(host.bits == 32 && host_bits == 32, "the host is a 32-bit process");
    checks.expect(restored == original, "the 32-bit zlib restores the file");
    // The 64-bit build of the same plugin, in this process.
    Zlib native({.mode = bridge32::Mode::in_process});
    checks.expect(native.host().bits == 64 && native.decompress(stream) == original,
                  "the 64-bit zlib restores it from the 32-bit one's stream");
    checks.expect(native.crc32(original) == crc, "both compute the same CRC-32");
    write_gzip_file(output, stream, crc, original.size());
    checks.expect(gzip_restores(output, file), "gzip restores it from a .gz file of that stream");
    const std::string complaint = complaint_about_damage(zlib, stream);
    checks.expect(!complaint.empty(), "a damaged stream is refused: " + complaint);
    return checks.all_good();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 3) {
        std::fprintf(stderr, "usage: zlib_demo [FILE [OUTPUT.gz]]\n");
        return 2;
    }
    try {
        const TemporaryFolder folder;
        const bool good = run(argc > 1 ? std::filesystem::path(argv[1]) : default_file(),
                              argc > 2 ? std::filesystem::path(argv[2]) : folder.path() / "out.gz");
        return good ? 0 : 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "zlib_demo: %s\n", e.what());
        return 1;
    }
}
