# What both Windows toolchain files share: Windows programs made on another system by MinGW-w64,
# in the variant whose C++ library has threads. `BRIDGE32_MINGW` is the target's name.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER "${BRIDGE32_MINGW}-gcc-posix")
set(CMAKE_CXX_COMPILER "${BRIDGE32_MINGW}-g++-posix")
set(CMAKE_RC_COMPILER "${BRIDGE32_MINGW}-windres")
# No library and no package of the system that builds; programs of it, yes.
set(CMAKE_FIND_ROOT_PATH "/usr/${BRIDGE32_MINGW}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
# Everything is linked in, so that programs need no DLL of the compiler's.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-static")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "-static")
