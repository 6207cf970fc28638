#include "os/path_list.hpp"

namespace bridge32::os {

const char kPathListSeparator = ';';
const char* const kLibraryPathVariable = "PATH";

}  // namespace bridge32::os
