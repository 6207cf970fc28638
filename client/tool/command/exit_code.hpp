// How the tool ends.
#pragma once

namespace bridge32::tool {

/// The exit codes, as --help lists them.
enum ExitCode {
    kExitOk = 0,
    kExitFailed = 1,        ///< the command failed; stderr says why
    kExitWrongUsage = 2,    ///< the command line is wrong
    kExitMethodFailed = 3,  ///< the plugin's method returned an error
    kExitHostCrashed = 4,   ///< the library crashed its host
    kExitTimedOut = 5,
};

}  // namespace bridge32::tool
