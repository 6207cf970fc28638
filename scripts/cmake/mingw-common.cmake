# Shared by both Windows toolchain files: cross-compilation with MinGW-w64, in the variant whose C++
# library supports threads. `BRIDGE32_MINGW` is the target's name.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER "${BRIDGE32_MINGW}-gcc-posix")
set(CMAKE_CXX_COMPILER "${BRIDGE32_MINGW}-g++-posix")
set(CMAKE_RC_COMPILER "${BRIDGE32_MINGW}-windres")
# Use programs of the build system, but not its libraries and packages.
set(CMAKE_FIND_ROOT_PATH "/usr/${BRIDGE32_MINGW}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
# Link everything statically, so that programs do not need the compiler's DLLs.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static")
