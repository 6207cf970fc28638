// Structs by value and in arrays.
#include "structs.hpp"

#include <bridge32/plugin.hpp>
#include <cstdint>
#include <span>
#include <vector>

namespace {

using structs::Packed;
using structs::Place;
using structs::Point;
using structs::Sample;

Place place(int number) { return {number, {'\xb5', 'V'}, {'a', 0, 'b'}, {u'\u00b5'}, {0, 1}}; }

class Structs : public bridge32::Plugin {
public:
    Structs() {
        method("mirror", [](const Point& p) { return Point{p.y, p.x}; });
        method("samples", [](std::span<const Sample> in) {
            std::vector<Sample> out(in.begin(), in.end());
            for (Sample& sample : out)
                sample.value *= 2;
            return out;
        });
        method("packed", [](const std::vector<Packed>& in) {
            double sum = 0;
            for (const Packed& each : in)
                sum += each.value * each.tag;
            return sum;
        });
        method("place", place);
        method("places", [](int n) {
            std::vector<Place> all;
            for (int i = 0; i < n; ++i)
                all.push_back(place(i));
            return all;
        });
        method("size", [] { return sizeof(Sample); });
    }
};

}  // namespace

BRIDGE32_PLUGIN(Structs)
