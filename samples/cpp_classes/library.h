// The header that came with the library: C++ functions and a class, exported under mangled names.
#pragma once

#include <string>

#if !defined(_WIN32)
#define METER_API __attribute__((visibility("default")))
#elif defined(METER_BUILD)
#define METER_API __declspec(dllexport)
#else
#define METER_API __declspec(dllimport)
#endif

namespace meter {

class METER_API Sensor {
public:
    /// Throws std::invalid_argument if `name` is empty.
    explicit Sensor(const std::string& name);
    virtual ~Sensor();

    void add(double value);
    double mean() const;
    std::string label() const;

    static int living();

private:
    std::string name_;
    double sum_;
    int count_;
};

METER_API double to_celsius(double fahrenheit);
/// Smooths the `n` values in place. Returns how many changed.
METER_API int smooth(double* values, int n);

}  // namespace meter
