// The tables in <bridge32/extensions.h>.
#pragma once

namespace bridge32::hosting {

/// The table that is called `id`, or null. Lives as long as the process.
const void* find_host_extension(const char* id) noexcept;

}  // namespace bridge32::hosting
