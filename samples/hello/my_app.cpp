#include <bridge32/client.hpp>
#include <iostream>

int main() {
    bridge32::Client c("my_lib", {.kwargs = {{"gain", 2.5}}});  // starts host32, loads the plugin
    const std::vector<double> x{0.5, 1.0, -4.25};
    const auto y = c.call<std::vector<double>>("scale", 2.0, x);

    std::cout << "add(1, 2)  " << c.call<int>("add", 1, 2) << '\n'
              << "scale      " << bridge32::Json(y) << '\n'
              << "version    " << c.get<int>("version") << '\n'
              << "gain       " << c.get<double>("gain") << '\n'
              << "host       " << c.host_info().bits << " bit\n";
}
