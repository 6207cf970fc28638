# DLLs as MinGW builds them: every function is exported, stdcall ones as `f@8`. RUNPATH and VERSION
# mean nothing here.
function(legacy name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;VERSION;NEEDS;RUNPATH" "OPTIONS")
    set(target test_library_${name})
    add_library(${target} SHARED ${arg_UNPARSED_ARGUMENTS})
    if(NOT arg_FOLDER)
        set(arg_FOLDER "${here}")
    endif()
    target_compile_definitions(${target} PRIVATE NAME=${name})
    target_link_options(${target} PRIVATE -static ${arg_OPTIONS})
    if(arg_NEEDS)
        target_compile_definitions(${target} PRIVATE NEEDS=${arg_NEEDS})
        target_link_libraries(${target} PRIVATE test_library_${arg_NEEDS})
    endif()
    set_target_properties(
        ${target}
        PROPERTIES PREFIX "lib" OUTPUT_NAME "${name}"
                   RUNTIME_OUTPUT_DIRECTORY "${arg_FOLDER}"
                   # The import library, which only the linker wants.
                   ARCHIVE_OUTPUT_DIRECTORY "${absent}")
endfunction()
