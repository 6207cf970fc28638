#include <bridge32/plugin.hpp>
#include <bridge32/text.hpp>
#include <string>
#include <vector>

#include "library.h"
#include "statistics.hpp"

namespace {

// [load]
/// Loads a library that was built with LabVIEW. Throws PluginError, with advice if LabVIEW's
/// run-time engine is missing.
bridge32::Library load(const std::string& name) {
    try {
        return bridge32::Library(name);
    } catch (const bridge32::PluginError& error) {
        const std::string why = error.what();
        if (why.find("`lvrt.dll`") == std::string::npos &&
            why.find("`liblvrt.so") == std::string::npos) {
            throw;
        }
        throw bridge32::PluginError(
            why +
            " That is the LabVIEW Run-Time Engine, which every library that LabVIEW built needs. "
            "Install the 32-bit one (from ni.com) of the LabVIEW version that built this library.");
    }
}
// [load end]

}  // namespace

class LabviewLib : public bridge32::Plugin {
public:
    explicit LabviewLib(const bridge32::Json& kwargs)
        : lib_(load(kwargs.value("library", "labview_lib"))) {
        require_loaded();
        method("stdev", &LabviewLib::statistics, {"x", {"sample", true}},
               "Mean, variance and standard deviation of x, as a sample or as a population.");
        property("library", lib_.path());
    }

private:
    // [status]
    /// Parts of such a library may fail to load without an error from the system.
    void require_loaded() const {
        std::int32_t status = 0;
        const std::string message = bridge32::filled_text(1024, [&](char* text, std::size_t size) {
            status = lib_.function<decltype(LVDLLStatus)>("LVDLLStatus")(
                text, static_cast<std::int32_t>(size), nullptr);
        });
        if (status != 0) {
            throw bridge32::PluginError("`" + lib_.path().string() +
                                        "` did not load: LabVIEW error " + std::to_string(status) +
                                        ": " +
                                        bridge32::to_utf8(message, bridge32::CodePage::ansi));
        }
    }
    // [status end]

    // [stdev]
    /// Takes a copy of the array, because LabVIEW may modify it.
    Statistics statistics(std::vector<double> x, bool sample) const {
        if (x.size() < (sample ? 2U : 1U)) {
            throw bridge32::InvalidArgument("x has too few elements");
        }
        Statistics result{};
        lib_.function<decltype(stdev)>("stdev")(x.data(), static_cast<std::int32_t>(x.size()),
                                                sample ? 1 : 0, &result.mean, &result.variance,
                                                &result.standard_deviation);
        return result;
    }
    // [stdev end]

    bridge32::Library lib_;
};

BRIDGE32_PLUGIN(LabviewLib)
