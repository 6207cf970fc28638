// One instance for all clients of a shared host.
#include <bridge32/plugin.hpp>
#include <cstdint>

class SharedCounter : public bridge32::Plugin {
public:
    static constexpr auto instances = bridge32::Instances::shared;

    explicit SharedCounter(const bridge32::Json& kwargs) : count_(kwargs.value("start", 0)) {
        method("count_up", [this] { return ++count_; });
        property("count", [this] { return count_; });
        property("kwargs", kwargs);
    }

private:
    std::int64_t count_;
};

BRIDGE32_PLUGIN(SharedCounter)
