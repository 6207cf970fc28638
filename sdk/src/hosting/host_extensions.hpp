// The tables in <bridge32/extensions.h>.
#pragma once

namespace bridge32::hosting {

/// The table `id`, or null. Valid as long as the process runs.
const void* find_host_extension(const char* id) noexcept;

}  // namespace bridge32::hosting
