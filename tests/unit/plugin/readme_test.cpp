// The fixes for the common mistakes in sdk/README.md.
#include <doctest/doctest.h>

#include <bridge32/text.hpp>
#include <cstdint>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "unit/plugin/fake_host.hpp"

namespace readme_test {

namespace {

using bridge32::test::Loaded;

// A typical library: its functions fill memory supplied by the caller.
int sensor_read(double* value, char* unit, int unit_size) {
    const std::string text = "mV";
    if (unit_size <= static_cast<int>(text.size())) return -1;
    *value = 21.5;
    text.copy(unit, text.size());
    unit[text.size()] = '\0';
    return 0;
}
const char* sensor_unit() { return "\xb0\x43"; }
void reverse(std::int32_t* first, int size) {
    for (int i = 0; i < size / 2; ++i)
        std::swap(first[i], first[size - 1 - i]);
}
using Listener = void (*)(int);
Listener listener = nullptr;

int overloaded(int x) { return x; }
[[maybe_unused]] double overloaded(double x) { return x; }

class Fixes : public bridge32::Plugin {
public:
    Fixes() {
        // [out_parameters]
        method("read", [] {
            double value = 0;
            char unit[16] = {};
            if (sensor_read(&value, unit, sizeof unit) != 0) {
                throw std::runtime_error("the sensor does not answer");
            }
            return bridge32::Json{{"value", value}, {"unit", unit}};
        });
        // [out_parameters end]

        // [in_place]
        method("reversed", [](std::vector<std::int32_t> xs) {
            reverse(xs.data(), static_cast<int>(xs.size()));
            return xs;
        });
        // [in_place end]

        // [latin1]
        method("unit", [] { return bridge32::to_utf8(sensor_unit(), bridge32::CodePage::latin1); });
        // [latin1 end]

        // [overload]
        method("overloaded", static_cast<int (*)(int)>(overloaded), {"x"});
        // [overload end]
    }
};

// [keep_views]
class KeepsWhatItNeeds : public bridge32::Plugin {
public:
    KeepsWhatItNeeds() {
        method("set_name", [this](std::string_view name) { name_ = name; }, {"name"});
        property("name", [this] { return name_; });
    }

private:
    std::string name_;
};
// [keep_views end]

// [concurrent]
class Concurrent : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;
    static constexpr auto instances = bridge32::Instances::shared;

    Concurrent() {
        method("count_up", [this] {
            const std::lock_guard lock(mutex_);
            return ++count_;
        });
    }

private:
    std::mutex mutex_;
    int count_ = 0;
};
// [concurrent end]

// [shutdown]
class Listens : public bridge32::Plugin {
public:
    Listens() {
        listener = [](int) {};
    }
    void on_shutdown() override { listener = nullptr; }
};
// [shutdown end]

}  // namespace

TEST_CASE("sdk/README.md: what it says to do instead works") {
    Loaded<Fixes> lib;

    CHECK(lib.result(R"({"method":"read"})").dump() == R"({"unit":"mV","value":21.5})");
    CHECK(lib.reply(R"({"method":"reversed","args":[[1,2]]})").attachments ==
          std::vector<std::string>{std::string("\2\0\0\0\1\0\0\0", 8)});
    CHECK(lib.result(R"({"method":"unit"})") == "°C");
    CHECK(lib.result(R"({"method":"overloaded","args":[1]})") == 1);
}

TEST_CASE("sdk/README.md: what a plugin keeps, shares and lets go of") {
    Loaded<KeepsWhatItNeeds> keeps;
    Loaded<Concurrent> concurrent;
    Loaded<Listens> listens;

    CHECK(keeps.result(R"({"method":"set_name","args":["lamp"]})") == nullptr);
    CHECK(keeps.result(R"({"get":"name"})") == "lamp");
    CHECK(concurrent.result(R"({"method":"count_up"})") == 1);
    CHECK((listener != nullptr));
    listens.unload();
    CHECK((listener == nullptr));
}

}  // namespace readme_test
