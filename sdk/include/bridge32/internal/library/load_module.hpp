// Loading of a shared library by the operating system: one header a platform.
//
// Each defines
//
//     void load_module(boost::dll::shared_library& module, const std::filesystem::path& path,
//                      bool lazy, bool global);
//
// which loads `path`, an absolute path, or a bare name for the system's search, with what it needs
// from its own folder, the folders of library_path, and the system's; and throws std::system_error;
//
//     std::string load_error(const std::system_error& error);
//
// what the system says of that, as bridge32_host::explain_load_failure takes it; and
//
//     constexpr bool kFindsSymbolsOfDependencies;
//
// whether the look-up of a symbol goes on into the libraries that the library needs.
#pragma once

#if defined(_WIN32)
#include "bridge32/internal/library/windows/load_module.hpp"
#else
#include "bridge32/internal/library/linux/load_module.hpp"
#endif
