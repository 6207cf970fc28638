# cmake -D BRIDGE32_BUILD=… -D WORK=… -D LANGUAGE=… -D GENERATOR=… -D COMPILER=… -D LAUNCHER=…
#       -P new.cmake
#
# What `bridge32 new` writes is configured, built and called with an installed bridge32, as its
# output says; and what `bridge32 stub` writes is compiled and run.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/run_command.cmake")

if(LANGUAGE STREQUAL fortran)
    find_program(GFORTRAN gfortran)
    file(MAKE_DIRECTORY "${WORK}")
    file(WRITE "${WORK}/probe.f90" "integer function f(); f = 1; end function\n")
    if(GFORTRAN)
        execute_process(COMMAND "${GFORTRAN}" -m32 -shared -fPIC "${WORK}/probe.f90" -o
                                "${WORK}/probe.so"
                        RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    endif()
    if(NOT GFORTRAN OR failed)
        message("[skipped] no gfortran here makes 32-bit code")
        return()
    endif()
endif()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
run("${CMAKE_COMMAND}" --install "${BRIDGE32_BUILD}" --prefix "${WORK}/prefix")
set(tool "${WORK}/prefix/bin/bridge32")
set(project "${WORK}/demo")
if(LANGUAGE STREQUAL dotnet)
    find_program(CSC NAMES mcs csc)
    execute_process(COMMAND "${tool}" doctor OUTPUT_VARIABLE findings)
    if(NOT CSC OR NOT findings MATCHES "ok +libmonosgen")
        message("[skipped] no C# compiler, or no 32-bit Mono")
        return()
    endif()
endif()

run("${tool}" new demo --lang ${LANGUAGE} --folder "${project}")
run("${CMAKE_COMMAND}" -S "${project}" -B "${project}/build" -G "${GENERATOR}"
    -D CMAKE_PREFIX_PATH=${WORK}/prefix -D CMAKE_CXX_COMPILER=${COMPILER}
    -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=Debug)
run("${CMAKE_COMMAND}" --build "${project}/build")
if(LANGUAGE STREQUAL dotnet)
    run("${tool}" call dotnet --kwargs "assembly=${project}/build/demo.dll"
        Demo.Calculator.Add 1 2)
    if(NOT output STREQUAL "3\n")
        message(FATAL_ERROR "Add 1 2 gave ${output}")
    endif()
    file(REMOVE_RECURSE "${WORK}")
    return()
endif()
run("${tool}" call --plugin-path "${project}/build" demo add 1 2)
if(NOT output STREQUAL "3\n")
    message(FATAL_ERROR "add 1 2 gave ${output}")
endif()
run("${tool}" call --plugin-path "${project}/build" demo scale 2 "[0.5,1]" --json)
if(NOT output MATCHES "1.0,\n *2.0")
    message(FATAL_ERROR "scale gave ${output}")
endif()

if(LANGUAGE STREQUAL c)
    # A plugin around a library that is there already, with nothing filled in yet.
    run("${tool}" new given --library "${project}/build/demo_lib.so" --folder "${WORK}/given")
    run("${CMAKE_COMMAND}" -S "${WORK}/given" -B "${WORK}/given/build" -G "${GENERATOR}"
        -D CMAKE_PREFIX_PATH=${WORK}/prefix -D CMAKE_CXX_COMPILER=${COMPILER}
        -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=Debug)
    run("${CMAKE_COMMAND}" --build "${WORK}/given/build")
    run("${tool}" call --plugin-path "${WORK}/given/build" given library)

    file(MAKE_DIRECTORY "${WORK}/app")
    run("${tool}" stub --plugin-path "${project}/build" demo --out "${WORK}/app/demo_client.hpp")
    file(WRITE "${WORK}/app/main.cpp" "#include \"demo_client.hpp\"
#include <iostream>
int main() {
    Demo demo({.plugin_path = \"${project}/build\"});
    std::cout << demo.add(1, 2) << ' ' << demo.scale(2.0, {0.5, 1.0})[1] << '\\n';
}
")
    file(WRITE "${WORK}/app/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)
project(app LANGUAGES CXX)
find_package(bridge32 REQUIRED)
add_executable(app main.cpp)
target_link_libraries(app PRIVATE bridge32::client)
")
    run("${CMAKE_COMMAND}" -S "${WORK}/app" -B "${WORK}/app/build" -G "${GENERATOR}"
        -D CMAKE_PREFIX_PATH=${WORK}/prefix -D CMAKE_CXX_COMPILER=${COMPILER}
        -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=Debug)
    run("${CMAKE_COMMAND}" --build "${WORK}/app/build")
    run("${CMAKE_COMMAND}" -E env --unset=BRIDGE32_HOST "${WORK}/app/build/app")
    if(NOT output STREQUAL "3 2\n")
        message(FATAL_ERROR "the stub's program printed ${output}")
    endif()
endif()
file(REMOVE_RECURSE "${WORK}")
