// Stands for a library that exists only as 32-bit code: imagine that its source is lost.
#include "library.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace {

std::int32_t living = 0;

double distance(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

class OurPath final : public Path {
public:
    explicit OurPath(Point start) : end_(start) { ++living; }
    OurPath(const OurPath&) = delete;
    OurPath& operator=(const OurPath&) = delete;

    void line_to(Point point) override {
        length_ += distance(end_, point);
        end_ = point;
    }
    double length() const override { return length_; }
    void release() override { delete this; }

protected:
    ~OurPath() { --living; }

private:
    Point end_;
    double length_ = 0;
};

}  // namespace

std::int32_t add(std::int32_t a, std::int32_t b) { return a + b; }

float subtract(float a, float b) { return a - b; }

double add_or_subtract(double a, double b, bool do_addition) { return do_addition ? a + b : a - b; }

void scalar_multiply(double a, const double* x, std::int32_t n, double* result) {
    std::transform(x, x + n, result, [a](double value) { return a * value; });
}

void reverse_string(const char* text, std::int32_t n, char* reversed) {
    std::reverse_copy(text, text + n, reversed);
}

char* new_reversed_string(const char* text) {
    const std::size_t n = std::strlen(text);
    char* const reversed = static_cast<char*>(std::calloc(n + 1, 1));
    if (reversed != nullptr) {
        std::reverse_copy(text, text + n, reversed);
    }
    return reversed;
}

void free_string(char* text) { std::free(text); }

double distance_4_points(FourPoints points) { return distance_n_points({points.points, 4}); }

double distance_n_points(NPoints points) {
    double sum = 0;
    for (std::int32_t i = 0; i < points.n; ++i) {
        sum += distance(points.points[i], points.points[(i + 1) % points.n]);
    }
    return sum;
}

Path* new_path(Point start) { return new OurPath(start); }

std::int32_t living_paths() { return living; }
