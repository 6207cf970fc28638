// Small methods, and how often the process has taken memory from the heap: for hosts into which
// libcounts_mallocs.so is preloaded.
#include <dlfcn.h>

#include <bridge32/plugin.hpp>
#include <cstdint>
#include <string_view>

class Allocations : public bridge32::Plugin {
public:
    Allocations() {
        method("add", [](std::int32_t a, std::int32_t b) { return a + b; }, {"a", "b"});
        method("scale", [](double factor, double x) { return factor * x; }, {"factor", "x"});
        method("a method with quite a long name", [](std::string_view text) { return text.size(); },
               {"text"});
        property("state", [] { return true; });
        property("mallocs", [] {
            using Count = std::uint32_t (*)();
            const auto count = reinterpret_cast<Count>(::dlsym(RTLD_DEFAULT, "counted_mallocs"));
            if (count == nullptr) throw bridge32::Error("libcounts_mallocs.so is not preloaded");
            return count();
        });
    }
};

BRIDGE32_PLUGIN(Allocations)
