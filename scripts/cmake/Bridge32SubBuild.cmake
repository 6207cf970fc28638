# The 32-bit half of the build: this project again, with a 32-bit toolchain file.
include(CheckSourceCompiles)
include(ExternalProject)

if(NOT BRIDGE32_BITS EQUAL 64)
    message(FATAL_ERROR "The top-level build of bridge32 is 64-bit, but this compiler makes "
                        "${BRIDGE32_BITS}-bit code. Leave -m32 and 32-bit toolchain files out: "
                        "the 32-bit half is built by a sub-build.")
endif()

# The sub-build's compiler comes from a toolchain file named by this build's own, from the generator's
# other platform, or is this build's compiler with -m32.
if(BRIDGE32_32BIT_TOOLCHAIN_FILE)
    set(compiler_32 "-DCMAKE_TOOLCHAIN_FILE=${BRIDGE32_32BIT_TOOLCHAIN_FILE}")
elseif(CMAKE_GENERATOR MATCHES "Visual Studio")
    set(compiler_32 -A Win32)
elseif(WIN32)
    message(FATAL_ERROR "Building for Windows takes the Visual Studio generator, or a toolchain "
                        "file: scripts/cmake/mingw-x86_64.cmake is one. This build has neither, "
                        "and so no 32-bit compiler for the other half.")
else()
    set(CMAKE_REQUIRED_FLAGS -m32)
    check_source_compiles(CXX "#include <string>\nint main() { return std::string().size() != 0; }"
                          BRIDGE32_COMPILER_MAKES_32_BIT)
    unset(CMAKE_REQUIRED_FLAGS)
    if(NOT BRIDGE32_COMPILER_MAKES_32_BIT)
        # So that the next configure checks again.
        unset(BRIDGE32_COMPILER_MAKES_32_BIT CACHE)
        message(FATAL_ERROR "${CMAKE_CXX_COMPILER} -m32 cannot build a C++ program. Install the "
                            "32-bit C++ library (Debian: g++-multilib), or run scripts/setup.")
    endif()
    set(compiler_32
        -DCMAKE_TOOLCHAIN_FILE=${PROJECT_SOURCE_DIR}/scripts/cmake/linux-i686.cmake
        -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}
        -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER})
endif()

# What this build's configuration sets for its compilers holds for the other half.
string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
set(flags_32 "")
foreach(language IN ITEMS C CXX)
    if(config)
        list(APPEND flags_32 "-DCMAKE_${language}_FLAGS_${config}=${CMAKE_${language}_FLAGS_${config}}")
    endif()
endforeach()

ExternalProject_Add(
    bridge32_x32
    PREFIX "${PROJECT_BINARY_DIR}/CMakeFiles/bridge32_x32"
    SOURCE_DIR "${PROJECT_SOURCE_DIR}"
    BINARY_DIR "${PROJECT_BINARY_DIR}/32"
    CMAKE_ARGS ${compiler_32}
               -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}
               -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}
               ${flags_32}
               -DCMAKE_DISABLE_PRECOMPILE_HEADERS=${CMAKE_DISABLE_PRECOMPILE_HEADERS}
               -DBRIDGE32_SUBBUILD=ON
               -DBRIDGE32_TESTS=${BRIDGE32_TESTS}
               -DBRIDGE32_BENCH=${BRIDGE32_BENCH}
               -DBRIDGE32_INSTALL=OFF
               -DBRIDGE32_SANITIZE=${BRIDGE32_SANITIZE}
               -DBRIDGE32_BUILD_ROOT=${BRIDGE32_BUILD_ROOT}
               -DBRIDGE32_OUTPUT_DIR=${BRIDGE32_OUTPUT_DIR}
    STEP_TARGETS configure
    BUILD_ALWAYS ON
    INSTALL_COMMAND ""
    USES_TERMINAL_CONFIGURE ON
    USES_TERMINAL_BUILD ON)

if(BRIDGE32_TESTS)
    # The sub-build's tests are added to this build's; their names start with `x32.`.
    set(include_file "${PROJECT_BINARY_DIR}/CMakeFiles/x32_tests.cmake")
    file(WRITE "${include_file}" "subdirs(\"${PROJECT_BINARY_DIR}/32\")\n")
    set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY TEST_INCLUDE_FILES
                                                                   "${include_file}")
endif()
