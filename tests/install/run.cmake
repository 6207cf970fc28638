# cmake -D BRIDGE32_BUILD=… -D WORK=… -D PROJECT=… -D LIBDIR=… -D GENERATOR=… -D COMPILER=…
#       -D LAUNCHER=… [-D TOOLCHAIN=… -D EMULATOR=…] -P run.cmake
#
# Installs the build into a prefix, moves the prefix, then configures, builds and runs PROJECT
# against it. The library that the project's plugin wraps lies in the plugin's folder, as a user
# would put it there. With a toolchain file all of it is for Windows, and runs under Wine.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_command.cmake")

set(bits 32)
set(arguments "")
if(PROJECT MATCHES "_64$")
    set(bits 64)
    set(arguments in_process)
endif()
set(build "${WORK}/build")

file(REMOVE_RECURSE "${WORK}")
run("${CMAKE_COMMAND}" --install "${BRIDGE32_BUILD}" --prefix "${WORK}/first")
file(RENAME "${WORK}/first" "${WORK}/moved")
set(prefix "${WORK}/moved")

set(wanted bin/bridge32 bin/host32 ${LIBDIR}/bridge32/host32 ${LIBDIR}/bridge32/host64)
if(TOOLCHAIN)
    set(wanted bin/bridge32.exe ${LIBDIR}/bridge32/host32.exe ${LIBDIR}/bridge32/host64.exe)
endif()
foreach(path IN LISTS wanted)
    if(NOT EXISTS "${prefix}/${path}")
        message(FATAL_ERROR "The prefix has no ${path}")
    endif()
endforeach()
file(GLOB package_files "${prefix}/${LIBDIR}/cmake/bridge32/*")
foreach(file IN LISTS package_files)
    file(READ "${file}" text)
    string(FIND "${text}" "${BRIDGE32_BUILD}" found)
    if(NOT found EQUAL -1)
        message(FATAL_ERROR "${file} names the build folder")
    endif()
endforeach()

set(compiler -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER})
if(TOOLCHAIN)
    list(APPEND compiler -D CMAKE_TOOLCHAIN_FILE=${TOOLCHAIN})
endif()
run("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}/${PROJECT}" -B "${build}" -G "${GENERATOR}"
    -D CMAKE_PREFIX_PATH=${prefix} ${compiler} -D CMAKE_BUILD_TYPE=Debug)
run("${CMAKE_COMMAND}" --build "${build}")

set(program "${build}/my_app")
set(plugins "${build}")
if(TOOLCHAIN)
    if(bits EQUAL 32)
        string(REPLACE x86_64 i686 COMPILER "${COMPILER}")
    endif()
    run("${COMPILER}" -x c -std=c11 -shared -static -o "${build}/my_lib.dll"
        "${CMAKE_CURRENT_LIST_DIR}/my_lib.c")
    # The hosts and their plugins, beside the program.
    file(COPY "${prefix}/${LIBDIR}/bridge32" DESTINATION "${build}")
    set(program ${EMULATOR} "${build}/my_app.exe")
    set(plugins "Z:${build}")
else()
    run("${COMPILER}" -x c -std=c11 -m${bits} -shared -fPIC -o "${build}/my_lib.so"
        "${CMAKE_CURRENT_LIST_DIR}/my_lib.c")
endif()

run("${CMAKE_COMMAND}" -E env --unset=BRIDGE32_HOST "BRIDGE32_PLUGIN_PATH=${plugins}" ${program}
    ${arguments})
string(REPLACE "\r\n" "\n" output "${output}")
set(expected "add 3\nnamed 3\nscale 1 2 -8.5\nversion ${bits}\ngain 2.5\nuntyped 3\n")
if(NOT output STREQUAL expected)
    message(FATAL_ERROR "my_app printed\n${output}\ninstead of\n${expected}")
endif()
file(REMOVE_RECURSE "${WORK}")
