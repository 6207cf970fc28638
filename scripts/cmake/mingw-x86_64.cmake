# Builds 64-bit Windows programs on another system with MinGW-w64 (Debian: mingw-w64).
set(BRIDGE32_MINGW x86_64-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake")
# For the 32-bit half of the build.
set(BRIDGE32_32BIT_TOOLCHAIN_FILE "${CMAKE_CURRENT_LIST_DIR}/mingw-i686.cmake")
