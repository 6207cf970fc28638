// Answers with what it was given, of every type, and tells about the process it runs in.
#include <bridge32/plugin.hpp>
#include <chrono>
#include <complex>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "process.hpp"

namespace {

using bridge32::Bytes;
using bridge32::Json;
using bridge32::NdArray;
using bridge32::Params;

enum class Color : std::int16_t { red = -1, green = 0, blue = 300 };

struct Point {
    double x = 0;
    double y = 0;
    std::string label;
    std::vector<std::int32_t> tags;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Point, x, y, label, tags)

std::uint64_t thread_id() { return std::hash<std::thread::id>()(std::this_thread::get_id()); }

class Echo : public bridge32::Plugin {
public:
    explicit Echo(const Json& kwargs) {
        offer("echo", [](const Json& value) { return value; }, {"value"});
        offer_scalars();
        offer_arrays();
        offer_composites();
        offer_functions();
        offer_process();
        property("kwargs", kwargs);
        property(
            "count", [this] { return count_; }, "How many methods have been called.");
        property("constructor_thread", thread_id());
    }

private:
    /// Registers a method that counts its calls.
    template <class F>
    void offer(const std::string& name, F function, const Params& params = {}) {
        offer_as(name, function, &F::operator(), params);
    }
    template <class F, class R, class... A>
    void offer_as(const std::string& name, F function, R (F::*)(A...) const, const Params& params) {
        method(
            name,
            [this, function](A... arguments) -> R {
                ++count_;
                return function(std::forward<A>(arguments)...);
            },
            params);
    }
    template <class T>
    void offer_echo(const std::string& name) {
        offer("echo_" + name, [](T value) { return value; }, {"value"});
    }

    void offer_scalars() {
        offer_echo<bool>("bool");
        offer_echo<std::int8_t>("i8");
        offer_echo<std::uint8_t>("u8");
        offer_echo<std::int16_t>("i16");
        offer_echo<std::uint16_t>("u16");
        offer_echo<std::int32_t>("i32");
        offer_echo<std::uint32_t>("u32");
        offer_echo<std::int64_t>("i64");
        offer_echo<std::uint64_t>("u64");
        offer_echo<float>("f32");
        offer_echo<double>("f64");
        offer_echo<std::complex<float>>("c64");
        offer_echo<std::complex<double>>("c128");
        offer_echo<std::string>("string");
        offer_echo<const char*>("c_string");
        offer_echo<Color>("enum");
    }

    void offer_arrays() {
        offer_echo<Bytes>("bytes");
        offer_echo<std::vector<bool>>("bools");
        offer_echo<std::vector<std::int8_t>>("i8s");
        offer_echo<std::vector<std::uint8_t>>("u8s");
        offer_echo<std::vector<std::int16_t>>("i16s");
        offer_echo<std::vector<std::uint16_t>>("u16s");
        offer_echo<std::vector<std::int32_t>>("i32s");
        offer_echo<std::vector<std::uint32_t>>("u32s");
        offer_echo<std::vector<std::int64_t>>("i64s");
        offer_echo<std::vector<std::uint64_t>>("u64s");
        offer_echo<std::vector<float>>("f32s");
        offer_echo<std::vector<double>>("f64s");
        offer_echo<std::vector<std::complex<double>>>("c128s");
        offer_echo<std::array<double, 3>>("f64x3");
        offer_echo<std::span<const double>>("f64_view");
        offer_echo<std::span<const std::byte>>("bytes_view");
        offer_echo<NdArray<double>>("ndarray");
    }

    void offer_composites() {
        offer_echo<std::optional<std::int32_t>>("optional");
        offer_echo<Point>("struct");
        offer_echo<std::vector<Point>>("structs");
        offer_echo<std::map<std::string, std::int32_t>>("map");
        offer_echo<std::map<std::string, std::vector<double>>>("map_of_f64s");
        offer_echo<std::tuple<std::int32_t, std::string, double>>("tuple");
        offer_echo<std::vector<std::string>>("strings");
        offer_echo<std::vector<std::vector<double>>>("lists");
    }

    void offer_functions() {
        offer("add", [](std::int32_t a, std::int32_t b) { return a + b; }, {"a", "b"});
        offer("add_positional", [](std::int32_t a, std::int32_t b) { return a + b; });
        offer("defaults",
              [](std::int32_t a, std::int32_t b, std::optional<std::int32_t> c) {
                  return std::tuple(a, b, c);
              },
              {"a", {"b", 2}, "c"});
        offer("nothing", [] {});
        offer("sum",
              [](std::span<const double> xs) {
                  double sum = 0;
                  for (const double x : xs)
                      sum += x;
                  return sum;
              },
              {"xs"});
        offer("bytes", [](std::uint32_t size) { return Bytes(size); }, {"size"});
        offer("text", [](std::uint32_t size) { return std::string(size, 'x'); }, {"size"});
    }

    void offer_process() {
        offer("pid", [] { return process::id(); });
        offer("bits", [] { return 8 * sizeof(void*); });
        offer("thread_id", [] { return thread_id(); });
        offer("on_main_thread", [] { return process::on_main_thread(); });
        offer("working_directory", [] { return std::filesystem::current_path().string(); });
        offer("environment",
              [](const char* name) {
                  const char* const value = std::getenv(name);
                  return value ? std::optional<std::string>(value) : std::nullopt;
              },
              {"name"});
        offer("print",
              [](const std::string& text, bool to_stderr, std::uint32_t times) {
                  std::FILE* const file = to_stderr ? stderr : stdout;
                  for (std::uint32_t i = 0; i < times; ++i) {
                      std::fwrite(text.data(), 1, text.size(), file);
                  }
                  std::fflush(file);
              },
              {"text", {"to_stderr", false}, {"times", 1}});
        offer("sleep_ms",
              [](std::uint32_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); },
              {"ms"});
    }

    std::uint64_t count_ = 0;
};

}  // namespace

BRIDGE32_PLUGIN(Echo)
