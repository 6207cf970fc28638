# cmake -D SOURCE=… -D WORK=… -D GENERATOR=… -D COMPILER=… -D LAUNCHER=… -P run_fetched.cmake
#
# Builds a project that takes bridge32 in as a part of its own, with FetchContent, and runs it. Not
# optimised, and only what the project's own targets need: that takes a quarter of the time.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_command.cmake")

file(REMOVE_RECURSE "${WORK}")
set(project "${WORK}/project")
file(COPY "${CMAKE_CURRENT_LIST_DIR}/fetched/CMakeLists.txt"
          "${SOURCE}/samples/hello/my_lib.cpp" "${SOURCE}/samples/hello/my_app.cpp"
     DESTINATION "${project}")
set(build "${WORK}/build")
run("${CMAKE_COMMAND}" -S "${project}" -B "${build}" -G "${GENERATOR}"
    -D BRIDGE32_SOURCE=${SOURCE} -D CMAKE_CXX_COMPILER=${COMPILER}
    "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}" -D CMAKE_BUILD_TYPE=Debug
    -D CMAKE_CXX_FLAGS_DEBUG=-O0)
run("${CMAKE_COMMAND}" --build "${build}" --target my_app my_lib)
run("${COMPILER}" -x c -std=c11 -m32 -shared -fPIC -o "${build}/my_lib.so"
    "${SOURCE}/samples/hello/my_lib.c")
run("${CMAKE_COMMAND}" -E env --unset=BRIDGE32_HOST "BRIDGE32_PLUGIN_PATH=${build}"
    "${build}/my_app")
file(READ "${SOURCE}/samples/hello/expected.txt" expected)
if(NOT output STREQUAL expected)
    message(FATAL_ERROR "my_app printed\n${output}\ninstead of\n${expected}")
endif()
# Nothing of ours among what the project installs and tests.
run("${CMAKE_COMMAND}" --install "${build}" --prefix "${WORK}/prefix")
if(EXISTS "${WORK}/prefix/include" OR EXISTS "${build}/CTestTestfile.cmake")
    message(FATAL_ERROR "bridge32 installs or tests itself in a project that includes it")
endif()
file(REMOVE_RECURSE "${WORK}")
