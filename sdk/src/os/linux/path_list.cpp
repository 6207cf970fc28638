#include "os/path_list.hpp"

namespace bridge32::os {

const char kPathListSeparator = ':';
const char* const kLibraryPathVariable = "LD_LIBRARY_PATH";

}  // namespace bridge32::os
