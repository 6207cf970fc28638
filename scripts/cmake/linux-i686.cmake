# The 32-bit half on an x86-64 Linux machine: the same compiler with -m32 (g++-multilib).
# CMAKE_SYSTEM_NAME stays unset: the result runs here, so this is not a cross-compilation.
#
# SSE2 instead of the default x87: faster, and doubles round as they do in 64-bit code.
# 64-bit file offsets: a segment may be larger than 2 GiB.
set(flags_32 "-m32 -msse2 -mfpmath=sse -D_FILE_OFFSET_BITS=64")
set(CMAKE_C_FLAGS_INIT "${flags_32}")
set(CMAKE_CXX_FLAGS_INIT "${flags_32}")
set(CMAKE_ASM_FLAGS_INIT "-m32")
