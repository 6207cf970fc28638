# cmake -D BRIDGE32_BUILD=… -D WORK=… -D LIBDIR=… -D CPACK=… [-D EMULATOR=…] -P run_zip.cmake
#
# Packs the build as a .zip, unpacks that, and has its tool look at the machine: which finds the
# hosts of both bitnesses beside it, and starts them.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_command.cmake")

file(REMOVE_RECURSE "${WORK}")
run("${CPACK}" -G ZIP --config "${BRIDGE32_BUILD}/CPackConfig.cmake" -B "${WORK}/packages")
file(GLOB package "${WORK}/packages/*.zip")
file(ARCHIVE_EXTRACT INPUT "${package}" DESTINATION "${WORK}/with spaces")
file(GLOB folder "${WORK}/with spaces/*")
foreach(path IN ITEMS bin/bridge32.exe bin/bridge32.dll ${LIBDIR}/bridge32/plugins/zlib.b32.dll
                      ${LIBDIR}/cmake/bridge32/bridge32Config.cmake include/bridge32/client.hpp
                      include/bridge32/plugin.h LICENSE doc/README.md)
    if(NOT EXISTS "${folder}/${path}")
        message(FATAL_ERROR "${package} has no ${path}")
    endif()
endforeach()
run("${CMAKE_COMMAND}" -E env --unset=BRIDGE32_HOST --unset=BRIDGE32_PLUGIN_PATH ${EMULATOR}
    "${folder}/bin/bridge32.exe" doctor --json)
foreach(at IN ITEMS 0 1)
    string(JSON host GET "${output}" findings ${at} found)
    if(NOT host MATCHES "with spaces.*host(32|64)\\.exe runs and belongs to this release")
        message(FATAL_ERROR "doctor found: ${host}")
    endif()
endforeach()
file(REMOVE_RECURSE "${WORK}")
