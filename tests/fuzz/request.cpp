// Requests of a client, as a plugin reads them: a method with every kind of parameter.
#include <array>
#include <bridge32/plugin.hpp>
#include <complex>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "unit/plugin/fake_host.hpp"

namespace fuzzed {

enum class Colour : std::uint8_t { red, green };

struct Point {
    double x;
    bool on;
    char name[6];
    std::int16_t table[2][3];
};
BRIDGE32_STRUCT(Point, x, on, name, table)

struct Shape {
    int sides = 0;
    std::string name;
    NLOHMANN_DEFINE_TYPE_INTRUSIVE_WITH_DEFAULT(Shape, sides, name)
};

class Plugin : public bridge32::Plugin {
public:
    explicit Plugin(const bridge32::Json&) {
        method("numbers", [](std::int32_t, std::uint64_t, float, double, bool) {},
               {"i", "u", "f", "d", "b"});
        method("text", [](const std::string& s, std::optional<std::string>) { return s; },
               {"s", "o"});
        method("arrays",
               [](std::span<const double> d, const std::vector<std::int32_t>& i,
                  const std::array<float, 3>&) { return double(d.size() + i.size()); },
               {"d", "i", "f"});
        method("shaped",
               [](const bridge32::NdArray<double>& a, const bridge32::NdArray<bool>& b) {
                   return a.size() + b.size();
               },
               {"a", "b"});
        method("bytes", [](const bridge32::Bytes& bytes) { return bytes; }, {"bytes"});
        method("composites",
               [](const std::map<std::string, int>& m, std::complex<double> z, Colour,
                  const std::pair<int, std::string>&) { return z * double(m.size()); },
               {"m", "z", "c", "p"});
        method("structs",
               [](const Point& one, const std::vector<Point>& more, const Shape&) {
                   return one.x + double(more.size());
               },
               {"one", "more", "shape"});
        method("any", [](const bridge32::Json& any) { return any; }, {"any"});
        property("version", 1);
    }
};

}  // namespace fuzzed

namespace bridge32::fuzz {

void fuzz(Input input) {
    static test::Loaded<fuzzed::Plugin> plugin;
    const Content content(input);
    const auto reply = plugin.reply(content.json(), content.attachments());
    require(Json::accept(reply.json), "a reply is JSON");
    // What a plugin answers, a client can read: no attachment is missing.
    const bool error = reply.json.starts_with(R"({"error":)");
    require(error || reply.json.starts_with(R"({"result":)"), "and a result or an error");
}

}  // namespace bridge32::fuzz
