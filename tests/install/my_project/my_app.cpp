#include <bridge32/client.hpp>
#include <iostream>
#include <string_view>
#include <vector>

// my_app [in_process]: calls every member of the plugin my_lib and prints what came back.
int main(int argc, char** argv) {
    const bool in_process = argc > 1 && std::string_view(argv[1]) == "in_process";
    bridge32::ClientOptions options;
    options.kwargs = {{"gain", 2.5}};
    options.mode = in_process ? bridge32::Mode::in_process : bridge32::Mode::process;
    bridge32::Client c("my_lib", options);

    std::cout << "add " << c.call<int>("add", 1, 2) << '\n';
    std::cout << "named " << c.call<int>("add", bridge32::named({{"a", 1}, {"b", 2}})) << '\n';
    std::cout << "scale";
    for (const double y : c.call<std::vector<double>>("scale", 2.0, std::vector{0.5, 1.0, -4.25})) {
        std::cout << ' ' << y;
    }
    std::cout << "\nversion " << c.get<int>("version") << '\n';
    std::cout << "gain " << c.get<double>("gain") << '\n';
    const bridge32::Json any = c.call("add", 1, 2);
    std::cout << "untyped " << any << '\n';
    c.shutdown();
}
