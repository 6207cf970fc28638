# How our own code is compiled: C++20, warnings are errors, optional sanitizers.
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

include(Bridge32Dependencies)
if(bridge32_missing)
    message(FATAL_ERROR "${bridge32_missing}")
endif()
find_package(Threads REQUIRED)

# Linked by every target of ours, and by nothing of the user's.
add_library(bridge32_options INTERFACE)
if(MSVC)
    target_compile_options(bridge32_options INTERFACE /W4 /WX /utf-8 /permissive- /EHsc)
else()
    target_compile_options(bridge32_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow
                                                      -Wconversion -Werror)
endif()
if(WIN32)
    # Windows 10, its wide functions, and headers that leave std::min alone.
    target_compile_definitions(bridge32_options INTERFACE _WIN32_WINNT=0x0A00 UNICODE _UNICODE
                                                          NOMINMAX)
endif()
if(CMAKE_CROSSCOMPILING AND WIN32)
    # Windows programs run under Wine, in a prefix of the build's own.
    find_program(BRIDGE32_WINE wine)
    if(BRIDGE32_WINE)
        configure_file("${CMAKE_CURRENT_LIST_DIR}/wine.in"
                       "${CMAKE_BINARY_DIR}/CMakeFiles/wine" @ONLY
                       FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
        set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_BINARY_DIR}/CMakeFiles/wine")
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False alarms about an empty std::optional: https://gcc.gnu.org/PR80635.
    target_compile_options(bridge32_options INTERFACE -Wno-maybe-uninitialized)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # And inside `"text" + std::string`: https://gcc.gnu.org/PR105329, PR105651.
        target_compile_options(bridge32_options INTERFACE -Wno-array-bounds -Wno-restrict
                                                          -Wno-stringop-overflow)
    endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # Of -Wconversion what GCC means by it in C++; and a class may have a member for one platform.
    target_compile_options(bridge32_options INTERFACE -Wno-sign-conversion -Wno-unused-private-field)
endif()
if(BRIDGE32_SANITIZE)
    # Not optimised, and -g1 for backtraces with lines: half the compile time of -O1 -g, of which
    # there is much. A null pointer faults by itself. The check of dynamic types (vptr) compares
    # type information across modules, where each plugin rightly has its own.
    add_compile_options(-O0 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined
                        -fno-sanitize=null,vptr -fno-sanitize-recover=undefined)
    add_link_options(-fsanitize=address,undefined)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        # As GCC: what says that the sanitizer is there, and nothing of casts that do not fit, which
        # nlohmann/json makes in the from_json of a class of the user's.
        add_compile_definitions(__SANITIZE_ADDRESS__)
        add_compile_options(-fno-sanitize=float-cast-overflow)
    endif()
    # The sanitizers' settings are built into each program, so that they hold whatever
    # environment a test gives to a host.
    target_sources(
        bridge32_options
        INTERFACE
            $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:${PROJECT_SOURCE_DIR}/tests/sanitizer_options.cpp>
    )
endif()

# What is compiled with less than the -O3 of a release, where speed is not needed but in compiling.
# With sanitizers everything is -O0: see above.
set(BRIDGE32_COLD "") # what no call passes through: two thirds of the time
set(BRIDGE32_TESTED "") # samples, plugins of tests: two thirds
set(BRIDGE32_TESTING "") # programs of tests: half
if(NOT BRIDGE32_SANITIZE AND NOT MSVC)
    set(BRIDGE32_COLD $<$<CONFIG:Release>:-O1>)
    set(BRIDGE32_TESTED $<$<CONFIG:Release>:-Og>)
    set(BRIDGE32_TESTING $<$<CONFIG:Release>:-O0>)
    if(MINGW) # whose linker takes a minute for as many functions as -O0 makes
        set(BRIDGE32_TESTING ${BRIDGE32_TESTED})
    endif()
endif()

# bridge32_keep_platform(VARIABLE): drops other platforms' files from a list: those in linux/ or
# windows/ folders, and those whose names end in _linux or _windows.
function(bridge32_keep_platform variable)
    set(other windows)
    if(WIN32)
        set(other linux)
    endif()
    list(FILTER ${variable} EXCLUDE REGEX "/${other}/|_${other}\\.c(pp)?$")
    set(${variable} "${${variable}}" PARENT_SCOPE)
endfunction()

# bridge32_add_own_plugin(NAME FOLDER SOURCE...): a plugin of this repository, in this build's
# bitness, into FOLDER. The target is named FOLDER_NAME: a test plugin may share a shipped one's name.
function(bridge32_add_own_plugin name folder)
    cmake_path(GET folder FILENAME kind)
    string(MAKE_C_IDENTIFIER "${kind}_${name}" target)
    bridge32_add_plugin(${target} ${ARGN} BITS ${BRIDGE32_BITS} OUTPUT_DIRECTORY "${folder}")
    target_link_libraries(${target} PRIVATE bridge32_options)
    # The toolchain's 64-bit offsets are for the host: see bridge32_add_plugin.
    target_compile_options(${target} PRIVATE $<$<BOOL:${UNIX}>:-U_FILE_OFFSET_BITS>)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME "${name}")
endfunction()
