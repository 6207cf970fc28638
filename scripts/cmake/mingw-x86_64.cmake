# 64-bit Windows programs, made by MinGW-w64 on another system (Debian: mingw-w64).
set(BRIDGE32_MINGW x86_64-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake")
# The other half of the build.
set(BRIDGE32_32BIT_TOOLCHAIN_FILE "${CMAKE_CURRENT_LIST_DIR}/mingw-i686.cmake")
