#define METER_BUILD
#include "library.h"

#include <stdexcept>

namespace meter {

namespace {
int sensors = 0;
}

Sensor::Sensor(const std::string& name) : name_(name), sum_(0), count_(0) {
    if (name.empty()) throw std::invalid_argument("a sensor needs a name");
    ++sensors;
}

Sensor::~Sensor() { --sensors; }

void Sensor::add(double value) {
    sum_ += value;
    ++count_;
}

double Sensor::mean() const { return count_ == 0 ? 0 : sum_ / count_; }

std::string Sensor::label() const { return name_ + ", " + std::to_string(count_) + " values"; }

int Sensor::living() { return sensors; }

double to_celsius(double fahrenheit) { return (fahrenheit - 32) * 5 / 9; }

int smooth(double* values, int n) {
    int changed = 0;
    for (int i = 1; i + 1 < n; ++i) {
        const double value = (values[i - 1] + values[i] + values[i + 1]) / 3;
        changed += value != values[i] ? 1 : 0;
        values[i] = value;
    }
    return changed;
}

}  // namespace meter
