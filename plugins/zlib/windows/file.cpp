#include "zlib_api.hpp"

namespace zlib {

const char* const kFile = "zlib1.dll";

}  // namespace zlib
