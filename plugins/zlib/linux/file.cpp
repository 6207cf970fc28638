#include "zlib_api.hpp"

namespace zlib {

const char* const kFile = "libz.so.1";

}  // namespace zlib
