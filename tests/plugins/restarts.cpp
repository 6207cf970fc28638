// Ends its host in the middle of calls, and keeps a record outside of it of what ran.
#include <bridge32/plugin.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace {

class Restarts : public bridge32::Plugin {
public:
    /// `folder`: for the record, the file `log`, and for files that say what is to happen.
    explicit Restarts(const bridge32::Json& kwargs)
        : folder_(kwargs.at("folder").get<std::string>()) {
        record("constructor");
        if (std::filesystem::exists(folder_ / "constructor_dies")) std::_Exit(7);
        context().emit("constructing", 7);
        property("kwargs", kwargs);
        method("dies_once", [this](int value) { return dies_once(value); });
        method("dies_once_idempotent", [this](int value) { return dies_once(value); }).idempotent();
        method("dies_once_with", [this](const bridge32::Callback<int(int)>& f, int value) {
            return dies_once(f(value));
        }).idempotent();
        method("dies_idempotent", [this] {
            record("dies");
            std::_Exit(7);
        }).idempotent();
        method("hangs_idempotent", [this] {
            record("hangs");
            for (;;)
                std::this_thread::sleep_for(std::chrono::hours(1));
        }).idempotent();
        property("dies_once_property", [this] { return dies_once(5); }).idempotent();
    }

private:
    void record(const char* what) const {
        std::ofstream(folder_ / "log", std::ios::app) << what << '\n';
    }
    int dies_once(int value) const {
        record("call");
        const auto done = folder_ / "died";
        if (!std::filesystem::exists(done)) {
            std::ofstream(done) << "once\n";
            std::_Exit(7);
        }
        return value;
    }

    std::filesystem::path folder_;
};

}  // namespace

BRIDGE32_PLUGIN(Restarts)
