# Shared libraries as Linux has them, with a SONAME, and a path of their own where RUNPATH or RPATH
# says so. VERSION is what follows `.so.`.
function(legacy name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER;FILE;VERSION;NEEDS;RUNPATH;RPATH" "OPTIONS")
    set(target test_library_${name})
    add_library(${target} SHARED ${arg_UNPARSED_ARGUMENTS})
    if(NOT arg_FOLDER)
        set(arg_FOLDER "${here}")
    endif()
    if(NOT arg_FILE)
        set(arg_FILE lib${name}.so)
        if(arg_VERSION)
            string(APPEND arg_FILE .${arg_VERSION})
        endif()
    endif()
    target_compile_definitions(${target} PRIVATE NAME=${name})
    target_compile_options(${target} PRIVATE -fno-sanitize=all)
    target_link_options(${target} PRIVATE -fno-sanitize=all -Wl,--no-as-needed
                        -Wl,-soname,${arg_FILE} ${arg_OPTIONS})
    if(arg_NEEDS)
        # By its file and not as a target: then CMake adds no path of its own for the loader.
        target_compile_definitions(${target} PRIVATE NEEDS=${arg_NEEDS})
        target_link_options(${target} PRIVATE $<TARGET_FILE:test_library_${arg_NEEDS}>)
        set_target_properties(${target} PROPERTIES LINK_DEPENDS
                                                   $<TARGET_FILE:test_library_${arg_NEEDS}>)
        add_dependencies(${target} test_library_${arg_NEEDS})
        # What those need in turn is looked for when they are loaded.
        target_link_options(${target} PRIVATE -Wl,--unresolved-symbols=ignore-in-shared-libs
                                              -Wl,-rpath-link,${absent})
    endif()
    if(arg_RPATH)
        target_link_options(${target} PRIVATE -Wl,--disable-new-dtags)
    else()
        target_link_options(${target} PRIVATE -Wl,--enable-new-dtags)
    endif()
    set_target_properties(
        ${target}
        PROPERTIES PREFIX "" SUFFIX "" OUTPUT_NAME "${arg_FILE}" NO_SONAME ON
                   BUILD_RPATH "${arg_RUNPATH}${arg_RPATH}"
                   LIBRARY_OUTPUT_DIRECTORY "${arg_FOLDER}")
endfunction()
