// The sample `labview` with a library that LabVIEW's run-time engine is missing for.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "integration/support.hpp"
#include "samples/labview/labview_lib.hpp"

namespace {

/// What the sample says when it is given that library.
std::string complaint_about(const std::filesystem::path& library) {
    try {
        const LabviewLib lib(library.string());
    } catch (const bridge32::PluginError& error) {
        return error.what();
    }
    return {};
}

}  // namespace

TEST_CASE("samples: labview says that the run-time engine is missing, and what to install") {
    const auto library = test::kLibraries / "32" / "libbuilt_by_labview.so";

    const std::string complaint = complaint_about(library);

    CAPTURE(complaint);
    CHECK(complaint.find("libbuilt_by_labview.so") != std::string::npos);
    CHECK(complaint.find("`liblvrt.so.14.0`") != std::string::npos);
    CHECK(complaint.find("Install the 32-bit one") != std::string::npos);
}

TEST_CASE("samples: labview leaves the error alone when something else is missing") {
    const std::string complaint = complaint_about(test::kLibraries / "32" / "libfirst.so");

    CAPTURE(complaint);
    CHECK(complaint.find("`libthird.so.1`") != std::string::npos);
    CHECK(complaint.find("LabVIEW") == std::string::npos);
}
