# bridge32_add_plugin(NAME SOURCE... [BITS 32|64] [OUTPUT_DIRECTORY DIR])
#
# Builds the plugin NAME.b32.so (BITS 64: NAME.b64.so) from the sources, against the SDK. The
# bitness does not depend on the project's own: in a 64-bit project the target gets the compiler's
# 32-bit flags, so what else it links to must be 32-bit as well. Without OUTPUT_DIRECTORY the
# plugin goes where CMake puts libraries.
function(bridge32_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 plugin "" "BITS;OUTPUT_DIRECTORY" "")
    if(NOT DEFINED plugin_BITS)
        set(plugin_BITS 32)
    endif()
    if(NOT plugin_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "bridge32_add_plugin(${name}): no source file was given")
    endif()

    add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE bridge32::sdk)
    bridge32_set_bits(${name} ${plugin_BITS})
    set_target_properties(
        ${name}
        PROPERTIES PREFIX ""
                   SUFFIX ".b${plugin_BITS}${CMAKE_SHARED_LIBRARY_SUFFIX}"
                   CXX_VISIBILITY_PRESET hidden
                   C_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON)
    # GCC marks some of the standard library's variables as unique in the process, and a module
    # that has one is never unloaded.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>)
    if(plugin_OUTPUT_DIRECTORY)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                                                 "${plugin_OUTPUT_DIRECTORY}")
    endif()
endfunction()

# bridge32_set_bits(TARGET 32|64)
#
# Builds a target of the project for that bitness, whatever the project's own: for instance a
# 32-bit library that is built from source beside its plugin.
function(bridge32_set_bits target bits)
    if(NOT bits MATCHES "^(32|64)$")
        message(FATAL_ERROR "${target}: the bitness is 32 or 64, not \"${bits}\"")
    endif()
    math(EXPR project_bits "8 * ${CMAKE_SIZEOF_VOID_P}")
    if(bits EQUAL project_bits)
        return()
    endif()
    target_link_options(${target} PRIVATE -m${bits})
    if(bits EQUAL 32)
        # SSE2 instead of the default x87: faster, and doubles round as they do in 64-bit code.
        target_compile_options(${target} PRIVATE -m32 -msse2 -mfpmath=sse)
        target_compile_definitions(${target} PRIVATE _FILE_OFFSET_BITS=64)
    else()
        target_compile_options(${target} PRIVATE -m64)
    endif()
endfunction()
