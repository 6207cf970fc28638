#include "os/file_access.hpp"

namespace bridge32::os {

ForeignWriter foreign_writer(const std::filesystem::path& /*file*/) { return {}; }

}  // namespace bridge32::os
