#include <bridge32/client.hpp>
#include <iostream>
#include <tuple>
#include <vector>

int main() {
    bridge32::Client c("meter");
    std::cout << "to_celsius  " << c.call<double>("to_celsius", 212.0) << ", by name "
              << c.call<double>("to_celsius_by_name", 212.0) << '\n';

    // [handle]
    auto sensor = c.call<bridge32::Handle<struct Sensor>>("open", "inlet");
    c.call<void>("add", sensor, 20.5);
    c.call<void>("add", sensor, 21.5);
    std::cout << c.call<std::string>("label", sensor) << ", mean " << c.call<double>("mean", sensor)
              << '\n';
    c.call<void>("close", sensor);
    // [handle end]
    std::cout << "living      " << c.get<int>("living") << '\n';
    try {
        c.call<bridge32::Handle<struct Sensor>>("open", "");
    } catch (const bridge32::RemoteError& e) {
        std::cout << "refused     " << e.message() << '\n';
    }

    // [in_out]
    std::vector<double> values{0, 3, 0, 3, 0};
    values = c.call<std::vector<double>>("smooth", values);
    // [in_out end]
    std::cout << "smooth      " << bridge32::Json(values) << '\n';

    // [in_out_more]
    const auto [changed, again] =
        c.call<std::tuple<int, std::vector<double>>>("smooth_and_count", values);
    // [in_out_more end]
    std::cout << "again       " << changed << ' ' << bridge32::Json(again) << '\n';

    // [in_out_shared]
    auto image = c.make_array<double>({1000});
    image(500) = 3;
    image = c.call<bridge32::NdArray<double>>("smooth_shared", image);
    // [in_out_shared end]
    std::cout << "shared      " << image(499) << ' ' << image(500) << '\n';
}
