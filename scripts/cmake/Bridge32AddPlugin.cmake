# bridge32_add_plugin(NAME SOURCE... [BITS 32|64] [OUTPUT_DIRECTORY DIR] [HEADER_ONLY])
#
# Builds the plugin NAME.b32.so (BITS 64: NAME.b64.so) against the SDK. The plugin's bitness does not
# depend on the project's: in a 64-bit project the target gets the compiler's 32-bit flags, so
# everything that it links to must be 32-bit as well. Without OUTPUT_DIRECTORY the plugin goes where
# CMake puts libraries.
#
# The SDK's code that is not a template is linked, not compiled with each file. With HEADER_ONLY it is
# compiled into this plugin: use it for a plugin with compile options of its own that change the C++
# ABI, such as -D_GLIBCXX_DEBUG.
#
# In a 32-bit plugin off_t and time_t have 32 bits, as in the headers of old libraries, of which the
# plugin takes its signatures. For a library that was built with 64-bit ones define the same for the
# plugin: target_compile_definitions(NAME PRIVATE _FILE_OFFSET_BITS=64).
function(bridge32_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 plugin "HEADER_ONLY" "BITS;OUTPUT_DIRECTORY" "")
    if(NOT DEFINED plugin_BITS)
        set(plugin_BITS 32)
    endif()
    if(NOT plugin_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "bridge32_add_plugin(${name}): no source file was given")
    endif()

    add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE bridge32::sdk)
    bridge32_set_bits(${name} ${plugin_BITS})
    # Plugins in C do not need the C++ library.
    if(NOT plugin_HEADER_ONLY AND plugin_UNPARSED_ARGUMENTS MATCHES "\\.(cpp|cc|cxx|CPP|C)(;|$)")
        bridge32_add_plugin_runtime(${plugin_BITS})
        target_link_libraries(${name} PRIVATE bridge32_plugin_runtime_${plugin_BITS})
    endif()
    set_target_properties(
        ${name}
        PROPERTIES PREFIX ""
                   SUFFIX ".b${plugin_BITS}${CMAKE_SHARED_LIBRARY_SUFFIX}"
                   CXX_VISIBILITY_PRESET hidden
                   C_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON)
    bridge32_keep_unloadable(${name})
    if(NOT WIN32)
        # What the plugin is linked to is found in its own folder too, as it is on Windows.
        foreach(kind IN ITEMS BUILD INSTALL)
            set_property(TARGET ${name} APPEND PROPERTY ${kind}_RPATH "$ORIGIN")
        endforeach()
    endif()
    if(plugin_OUTPUT_DIRECTORY)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                                                 "${plugin_OUTPUT_DIRECTORY}")
    endif()
endfunction()

# GCC marks some of the standard library's variables as unique in the process. A module that has one
# is never unloaded.
function(bridge32_keep_unloadable target)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
endfunction()

# bridge32_plugin_runtime_BITS: the SDK's code that is not a template. An installed bridge32 has it
# compiled (see bridge32Config.cmake); otherwise it is compiled once per project and bitness.
function(bridge32_add_plugin_runtime bits)
    set(runtime bridge32_plugin_runtime_${bits})
    if(TARGET ${runtime})
        return()
    endif()
    get_property(compiled GLOBAL PROPERTY BRIDGE32_COMPILED_RUNTIME_${bits})
    if(compiled)
        add_library(${runtime} INTERFACE IMPORTED GLOBAL)
        target_link_libraries(${runtime} INTERFACE "${compiled}")
        target_compile_definitions(${runtime} INTERFACE BRIDGE32_SPLIT_PLUGIN)
        return()
    endif()
    get_property(headers GLOBAL PROPERTY BRIDGE32_SDK_HEADERS)
    add_library(${runtime} OBJECT EXCLUDE_FROM_ALL
                "${headers}/bridge32/internal/plugin/plugin_runtime.cpp")
    target_link_libraries(${runtime} PRIVATE bridge32::sdk)
    target_compile_definitions(${runtime} PUBLIC BRIDGE32_SPLIT_PLUGIN)
    bridge32_set_bits(${runtime} ${bits})
    bridge32_keep_unloadable(${runtime})
    set_target_properties(${runtime} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET
                                                hidden VISIBILITY_INLINES_HIDDEN ON)
    # A false alarm about the size of a std::string.
    target_compile_options(${runtime}
                           PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-stringop-overflow>)
endfunction()

# bridge32_set_bits(TARGET 32|64)
#
# Builds a target for this bitness, whatever the project's: for example a 32-bit library that is built
# from source together with its plugin.
function(bridge32_set_bits target bits)
    if(NOT bits MATCHES "^(32|64)$")
        message(FATAL_ERROR "${target}: the bitness is 32 or 64, not \"${bits}\"")
    endif()
    math(EXPR project_bits "8 * ${CMAKE_SIZEOF_VOID_P}")
    if(bits EQUAL project_bits)
        return()
    endif()
    if(WIN32)
        bridge32_use_other_compiler(${target})
        return()
    endif()
    target_link_options(${target} PRIVATE -m${bits})
    if(bits EQUAL 32)
        # SSE2 instead of the default x87: faster, and doubles round as they do in 64-bit code.
        target_compile_options(${target} PRIVATE -m32 -msse2 -mfpmath=sse)
    else()
        target_compile_options(${target} PRIVATE -m64)
    endif()
endfunction()

# Windows compilers target one bitness only. MinGW-w64 has two compilers whose names differ in the
# first part and whose options are the same; a launcher replaces one with the other.
function(bridge32_use_other_compiler target)
    set(name "${CMAKE_CXX_COMPILER}")
    if(CMAKE_SIZEOF_VOID_P EQUAL 8)
        string(REPLACE "x86_64-w64-mingw32" "i686-w64-mingw32" name "${name}")
        set(flags "-msse2 -mfpmath=sse")
    else()
        string(REPLACE "i686-w64-mingw32" "x86_64-w64-mingw32" name "${name}")
        set(flags "")
    endif()
    if(name STREQUAL CMAKE_CXX_COMPILER OR NOT CMAKE_HOST_UNIX)
        message(FATAL_ERROR "${target}: this project's compiler (${CMAKE_CXX_COMPILER}) makes "
                            "code of one bitness only, which is not the one that ${target} "
                            "needs. Configure the project once more with the compiler of the "
                            "other bitness (Visual Studio: cmake -A Win32), and build "
                            "${target} there.")
    endif()
    foreach(language IN ITEMS C CXX)
        set(other "${name}")
        if(language STREQUAL C)
            string(REPLACE "-g++" "-gcc" other "${other}")
        endif()
        set(launcher "${CMAKE_BINARY_DIR}/CMakeFiles/bridge32-other-${language}")
        # The launcher's first argument is the compiler to replace.
        file(CONFIGURE OUTPUT "${launcher}" CONTENT "#!/bin/sh
shift
exec ${CMAKE_${language}_COMPILER_LAUNCHER} ${other} ${flags} \"$@\"
" @ONLY)
        file(CHMOD "${launcher}" PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
        set_target_properties(${target} PROPERTIES ${language}_COMPILER_LAUNCHER "${launcher}"
                                                   ${language}_LINKER_LAUNCHER "${launcher}")
    endforeach()
endfunction()
