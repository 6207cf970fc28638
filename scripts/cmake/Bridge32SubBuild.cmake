# The 32-bit half of the build: this project once more, with a 32-bit toolchain file.
include(ExternalProject)
ExternalProject_Add(
    bridge32_x32
    SOURCE_DIR "${CMAKE_SOURCE_DIR}"
    BINARY_DIR "${CMAKE_BINARY_DIR}/32"
    CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${CMAKE_SOURCE_DIR}/scripts/cmake/linux-i686.cmake
               -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
               -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
               -DBRIDGE32_SUBBUILD=ON
               -DBRIDGE32_TESTS=${BRIDGE32_TESTS}
               -DBRIDGE32_SANITIZE=${BRIDGE32_SANITIZE}
               -DBRIDGE32_OUTPUT_DIR=${BRIDGE32_OUTPUT_DIR}
    BUILD_ALWAYS ON
    INSTALL_COMMAND ""
    USES_TERMINAL_CONFIGURE ON
    USES_TERMINAL_BUILD ON)
