// Hands out a library's objects as opaque handles: pointers and numbers.
#include <bridge32/plugin.hpp>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

// The library.
struct camera {  // NOLINT(readability-identifier-naming): a C library
    int number;
    std::vector<int> frames;
};

namespace {

std::string log_file;

void note(const std::string& line) {
    if (!log_file.empty()) std::ofstream(log_file, std::ios::app) << line << '\n';
}

camera* camera_open(int number) { return number < 0 ? nullptr : new camera{number, {}}; }
int camera_grab(camera* opened) {
    opened->frames.push_back(opened->number);
    return static_cast<int>(opened->frames.size());
}
void camera_close(camera* opened) {
    note("camera " + std::to_string(opened->number));
    delete opened;
}

// [port]
enum class Port : int {};
// [port end]
int port_open(int number) { return 100 + number; }
void port_close(int port) { note("port " + std::to_string(port)); }

struct Named {
    std::string name = "a name";
};
struct Device {
    explicit Device(int its_number) : number(its_number) {}
    int number;
};
/// The second base lies elsewhere in it.
struct Meter : Named, Device {
    using Device::Device;
};

// [recording]
class Recording {
public:
    explicit Recording(bridge32::Handle<camera> from) : camera_(std::move(from)) {}
    int grab() { return camera_grab(camera_.get()); }

private:
    bridge32::Handle<camera> camera_;  // keeps it open
};
// [recording end]

class Handles : public bridge32::Plugin {
public:
    explicit Handles(const bridge32::Json& kwargs) {
        log_file = kwargs.value("file", "");
        // [base]
        method("meter", [](int number) { return make_handle<Meter>(number); });
        method("device_number",
               [](const bridge32::Handle<Device>& device) { return device->number; });
        // [base end]
        method("named", [](const bridge32::Handle<Named>& named) { return named->name; });
        // [pointer]
        method("open",
               [](int number) {
                   camera* const opened = camera_open(number);
                   if (opened == nullptr) throw std::runtime_error("the camera does not answer");
                   return handle(opened, camera_close);
               },
               {"number"});
        method("grab", [](const bridge32::Handle<camera>& from) { return camera_grab(from.get()); },
               {"from"});
        method("close", [](const bridge32::Handle<camera>& opened) { opened.destroy(); },
               {"opened"});
        // [pointer end]

        // [value]
        method("open_port", [](int number) {
            return handle(Port{port_open(number)},
                          [](Port port) { port_close(static_cast<int>(port)); });
        });
        method("write", [](const bridge32::Handle<Port>& port, const std::string& text) {
            return std::to_string(static_cast<int>(*port)) + ": " + text;
        });
        // [value end]

        // [object]
        method("record",
               [](const bridge32::Handle<camera>& from) { return make_handle<Recording>(from); });
        method("grab_next", [](const bridge32::Handle<Recording>& to) { return to->grab(); });
        // [object end]

        method("open_all", [](int n) {
            std::map<std::string, bridge32::Handle<camera>> all;
            for (int i = 0; i < n; ++i)
                all.emplace("camera " + std::to_string(i), handle(camera_open(i), camera_close));
            return all;
        });
        method("grab_all", [](const std::vector<bridge32::Handle<camera>>& all) {
            int frames = 0;
            for (const auto& one : all)
                frames += camera_grab(one.get());
            return frames;
        });
        method("maybe_grab", [](const std::optional<bridge32::Handle<camera>>& from) {
            return from ? camera_grab(from->get()) : 0;
        });
        method("maybe_open", [](int number) {
            return number < 0 ? bridge32::Handle<camera>()
                              : handle(camera_open(number), camera_close);
        });
        method("choose", [](const bridge32::Callback<bridge32::Handle<camera>(
                                bridge32::Handle<camera>, bridge32::Handle<camera>)>& better,
                            const bridge32::Handle<camera>& a,
                            const bridge32::Handle<camera>& b) { return better(a, b)->number; });
        method("echo", [](const bridge32::Json& json) { return json; });
    }
    ~Handles() override { note("destructor"); }
    void on_shutdown() override { note("on_shutdown"); }
};

}  // namespace

BRIDGE32_PLUGIN(Handles)
