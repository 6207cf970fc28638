// The header that came with the library: C functions, structs, and one C++ class.
#pragma once

#include <cstdint>

struct Point {
    double x;
    double y;
};

struct FourPoints {
    Point points[4];
};

struct NPoints {
    Point* points;
    std::int32_t n;
};

/// A line through points. `new_path` creates one, `release` destroys it.
class Path {
public:
    virtual void line_to(Point point) = 0;
    virtual double length() const = 0;
    virtual void release() = 0;

protected:
    ~Path() = default;
};

extern "C" {

std::int32_t add(std::int32_t a, std::int32_t b);
float subtract(float a, float b);
double add_or_subtract(double a, double b, bool do_addition);

/// result[i] = a * x[i], for n elements.
void scalar_multiply(double a, const double* x, std::int32_t n, double* result);

/// Text is in Windows-1252. `reversed` has room for `n` characters and is not terminated.
void reverse_string(const char* text, std::int32_t n, char* reversed);
/// The caller must pass the result to free_string.
char* new_reversed_string(const char* text);
void free_string(char* text);

/// The length of the closed line through all points.
double distance_4_points(FourPoints points);
double distance_n_points(NPoints points);

Path* new_path(Point start);
/// The number of paths that have not been released.
std::int32_t living_paths();
}
