# Builds 32-bit Windows programs on another system with MinGW-w64 (Debian: mingw-w64).
#
# SSE2 instead of the default x87: faster, and doubles round as they do in 64-bit code.
set(BRIDGE32_MINGW i686-w64-mingw32)
include("${CMAKE_CURRENT_LIST_DIR}/mingw-common.cmake")
set(CMAKE_C_FLAGS_INIT "-msse2 -mfpmath=sse")
set(CMAKE_CXX_FLAGS_INIT "-msse2 -mfpmath=sse")
