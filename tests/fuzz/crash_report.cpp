// The crash report that a dying host has left, or one that only looks so.
#include <memory>

#include "client/crash/crash_error.hpp"
#include "fuzz.hpp"

namespace bridge32::fuzz {

void fuzz(Input input) {
    const auto report = std::make_unique<wire::CrashReport>();
    const auto bytes = input.rest();
    std::memcpy(reinterpret_cast<char*>(report.get()), bytes.data(),
                std::min(bytes.size(), sizeof *report));
    client::CrashErrors errors;
    const auto error =
        errors.error(*report, {"the host", {}, std::nullopt, false}, {"my_lib", "method", 1, true});
    require(*error.what() != '\0', "an error has a text");
    require(!error.facts().cause.empty(), "and a cause");
    require(error.backtrace().size() <= wire::kCrashFrames, "no more frames than there can be");
    error.report().dump();  // throws for what is no UTF-8
}

}  // namespace bridge32::fuzz
