// Lists of folders in environment variables.
#pragma once

namespace bridge32::os {

/// Between two folders of a list: ':' or ';'.
extern const char kPathListSeparator;

/// The environment variable whose folders the system's loader searches.
extern const char* const kLibraryPathVariable;

}  // namespace bridge32::os
