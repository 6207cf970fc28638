// The sample `labview` with a library that LabVIEW's run-time engine is missing for.
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "integration/support.hpp"
#include "samples/labview/labview_lib.hpp"

namespace labview_sample_test {

using bridge32::test::library_file;

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
    const auto library = test::kLibraries / "32" / library_file("built_by_labview");

    const std::string complaint = complaint_about(library);

    CAPTURE(complaint);
    CHECK(complaint.find(library_file("built_by_labview")) != std::string::npos);
    CHECK(complaint.find("lvrt.") != std::string::npos);
    CHECK(complaint.find("Install the 32-bit one") != std::string::npos);
}

TEST_CASE("samples: labview leaves the error alone when something else is missing") {
    const std::string complaint = complaint_about(test::kLibraries / "32" / library_file("first"));

    CAPTURE(complaint);
    CHECK(complaint.find(library_file("third")) != std::string::npos);
    CHECK(complaint.find("LabVIEW") == std::string::npos);
}

}  // namespace labview_sample_test
