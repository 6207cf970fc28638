// The library, for 64-bit programs.
#pragma once

#include <bridge32/client.hpp>
#include <string>
#include <utility>
#include <vector>

#include "statistics.hpp"

enum class Weighting { sample, population };

/// A 32-bit process with the library in it. The process ends with this object. Functions throw what
/// bridge32::Client throws: InvalidArgument, HostCrashed if the library crashes, and so on.
class LabviewLib {
public:
    /// `library`: a path, or the name of a file in the plugin's folder. Throws
    /// bridge32::PluginError if it cannot be loaded, and bridge32::StartupError.
    explicit LabviewLib(const std::string& library = "labview_lib",
                        bridge32::ClientOptions options = {})
        : client_("labview_lib", with_library(library, std::move(options))) {}

    /// Mean, variance and standard deviation of `x`, which has at least one element, as a sample
    /// two.
    Statistics stdev(const std::vector<double>& x, Weighting weighting) const {
        return client_.call<Statistics>("stdev", x, weighting == Weighting::sample);
    }

private:
    static bridge32::ClientOptions with_library(const std::string& library,
                                                bridge32::ClientOptions options) {
        options.kwargs["library"] = library;
        return options;
    }

    bridge32::Client client_;
};
