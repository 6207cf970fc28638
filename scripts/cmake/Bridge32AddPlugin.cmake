# bridge32_add_plugin(NAME SOURCE... [BITS 32|64] [OUTPUT_DIRECTORY DIR])
#
# Builds the plugin NAME.b32.so (BITS 64: NAME.b64.so) from the sources, against the SDK. The
# bitness does not depend on the project's own: in a 64-bit project the target gets the compiler's
# 32-bit flags, so what else it links to must be 32-bit as well.
function(bridge32_add_plugin name)
    cmake_parse_arguments(PARSE_ARGV 1 plugin "" "BITS;OUTPUT_DIRECTORY" "")
    if(NOT plugin_BITS)
        set(plugin_BITS 32)
    endif()
    if(NOT plugin_BITS MATCHES "^(32|64)$")
        message(FATAL_ERROR "bridge32_add_plugin(${name}): BITS is 32 or 64, not ${plugin_BITS}")
    endif()
    if(NOT plugin_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "bridge32_add_plugin(${name}): no source file was given")
    endif()
    add_library(${name} MODULE ${plugin_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE bridge32::sdk)
    set_target_properties(
        ${name}
        PROPERTIES PREFIX ""
                   SUFFIX ".b${plugin_BITS}${CMAKE_SHARED_LIBRARY_SUFFIX}"
                   CXX_VISIBILITY_PRESET hidden
                   C_VISIBILITY_PRESET hidden
                   VISIBILITY_INLINES_HIDDEN ON)
    if(plugin_OUTPUT_DIRECTORY)
        set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY
                                                 "${plugin_OUTPUT_DIRECTORY}")
    endif()
    math(EXPR project_bits "8 * ${CMAKE_SIZEOF_VOID_P}")
    if(NOT project_bits EQUAL plugin_BITS)
        if(plugin_BITS EQUAL 32)
            target_compile_options(${name} PRIVATE -m32 -msse2 -mfpmath=sse)
            target_link_options(${name} PRIVATE -m32)
        else()
            target_compile_options(${name} PRIVATE -m64)
            target_link_options(${name} PRIVATE -m64)
        endif()
    endif()
endfunction()
