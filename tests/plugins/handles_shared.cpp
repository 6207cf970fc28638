// Handles of several clients and threads at once.
#include <atomic>
#include <bridge32/plugin.hpp>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace {

std::mutex mutex;
std::vector<std::string> destroyed;
std::atomic<int> alive{0};

/// Tells whether it is still itself.
struct Thing {
    explicit Thing(std::string its_name) : name(std::move(its_name)) { ++alive; }
    Thing(const Thing&) = delete;
    Thing& operator=(const Thing&) = delete;
    ~Thing() {
        const std::lock_guard lock(mutex);
        destroyed.push_back(name);
        mark = 0;
        --alive;
    }
    const std::string name;
    std::atomic<std::uint32_t> mark{0x600dbeef};
};

class HandlesShared : public bridge32::Plugin {
public:
    static constexpr auto threading = bridge32::Threading::concurrent;
    static constexpr auto instances = bridge32::Instances::shared;

    HandlesShared() {
        destroyed.clear();
        method("make", [](const std::string& name) { return make_handle<Thing>(name); });
        method("use", [](const bridge32::Handle<Thing>& thing, int times) {
            bool good = true;
            for (int i = 0; i < times; ++i)
                good = good && thing->mark == 0x600dbeef;
            return good;
        });
        method("destroy", [](const bridge32::Handle<Thing>& thing) { thing.destroy(); });
        method("keep", [this](bridge32::Handle<Thing> thing) {
            const std::lock_guard lock(mutex_);
            kept_ = std::move(thing);
        });
        method("kept", [this] {
            const std::lock_guard lock(mutex_);
            return kept_->name;
        });
        property("everybodys", make_handle<Thing>("everybody's"));
        property("alive", [] { return alive.load(); });
        property("destroyed", [] {
            const std::lock_guard lock(mutex);
            return destroyed;
        });
    }

private:
    std::mutex mutex_;
    bridge32::Handle<Thing> kept_;
};

}  // namespace

BRIDGE32_PLUGIN(HandlesShared)
