// Calls the client back while it is being shut down.
#include <bridge32/plugin.hpp>

namespace {

class CallsAtTheEnd : public bridge32::Plugin {
public:
    CallsAtTheEnd() {
        method("keep", [this](const bridge32::Callback<void()>& f) { kept_ = f; });
        method("add", [](int a, int b) { return a + b; });
    }
    void on_shutdown() override { kept_(); }

private:
    bridge32::Callback<void()> kept_;
};

}  // namespace

BRIDGE32_PLUGIN(CallsAtTheEnd)
