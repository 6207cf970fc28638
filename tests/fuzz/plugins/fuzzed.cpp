// The plugin of the host that is fuzzed: values, callbacks of a call and kept ones, events,
// handles.
#include <bridge32/extensions.h>

#include <bridge32/plugin.hpp>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace {

using bridge32::Callback;
using bridge32::Json;

/// The calls and callbacks that this thread is in. A host lets them nest so deep and no deeper.
class Deeper {
public:
    Deeper() {
        if (++depth() <= int{BRIDGE32_MAX_CALL_DEPTH} + 1) return;
        std::fprintf(stderr, "does not hold: calls nest no deeper\n");
        std::abort();
    }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { --depth(); }

private:
    static int& depth() {
        static thread_local int depth = 0;
        return depth;
    }
};

class Fuzzed : public bridge32::Plugin {
public:
    explicit Fuzzed(const Json&) {
        method("add", [](int a, int b) { return a + b; }, {"a", "b"});
        method("echo", [](const Json& value) { return value; });
        method("sum", [](std::span<const double> x) {
            double sum = 0;
            for (const double each : x)
                sum += each;
            return sum;
        });
        method("apply", [](const Callback<Json(Json)>& f, const Json& value) {
            const Deeper deeper;
            return f(value);
        });
        method("keep", [this](const Callback<Json()>& f) { kept_ = f; });
        method("call_kept", [this] {
            const Deeper deeper;
            return kept_.value()();
        });
        method("emit", [this](const Json& value) { context().emit("e", value); });
        property("version", 1);
    }

private:
    std::optional<Callback<Json()>> kept_;
};

}  // namespace

BRIDGE32_PLUGIN(Fuzzed)
