# bridge32_module(NAME FOLDER PREFIX [COLD] [DEPENDS MODULE...])
#
# One folder of sources is one module: its *.cpp, and those in its linux/ or windows/ folder. Its
# headers are included as "PREFIX/header.hpp". Makes two targets:
#   bridge32_NAME           what an includer needs: the include root, and those of DEPENDS
#   bridge32_NAME_objects   the compiled sources
# The include root is a folder of the build tree that holds one link, PREFIX, to FOLDER. A module
# therefore sees the headers of the modules that it depends on, and an include that goes the wrong
# way does not compile. COLD: no call passes through it (see BRIDGE32_COLD).
function(bridge32_module name folder prefix)
    cmake_parse_arguments(PARSE_ARGV 3 module "COLD" "" "DEPENDS")
    cmake_path(ABSOLUTE_PATH folder BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    set(target bridge32_${name})
    set(root "${PROJECT_BINARY_DIR}/include-roots/${name}")
    cmake_path(GET prefix PARENT_PATH parent)
    file(MAKE_DIRECTORY "${root}/${parent}")
    # Where links need a privilege (Windows), copies do: they are refreshed by the next configure.
    if(NOT EXISTS "${root}/${prefix}" OR CMAKE_HOST_WIN32)
        file(CREATE_LINK "${folder}" "${root}/${prefix}" SYMBOLIC COPY_ON_ERROR)
    endif()

    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE "${root}")
    list(TRANSFORM module_DEPENDS PREPEND bridge32_ OUTPUT_VARIABLE depends)
    target_link_libraries(${target} INTERFACE bridge32_codec Threads::Threads ${depends})

    bridge32_sources(sources "${folder}")
    if(sources)
        add_library(${target}_objects OBJECT ${sources})
        target_link_libraries(${target}_objects PUBLIC ${target} PRIVATE bridge32_options)
        set_target_properties(${target}_objects PROPERTIES CXX_VISIBILITY_PRESET hidden
                                                           VISIBILITY_INLINES_HIDDEN ON)
        bridge32_unite(${target}_objects)
        if(module_COLD)
            target_compile_options(${target}_objects PRIVATE ${BRIDGE32_COLD})
        endif()
    endif()
    set_property(TARGET ${target} PROPERTY BRIDGE32_SOURCES "${sources}")
endfunction()

# bridge32_unite(TARGET [FILES]): compiles so many of the target's sources at a time as one (all,
# when there is no number): half of the time that a source of ours takes is its headers.
function(bridge32_unite target)
    set(files 0)
    if(ARGC GREATER 1)
        set(files ${ARGV1})
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ${BRIDGE32_UNITY}
                                               UNITY_BUILD_BATCH_SIZE ${files})
endfunction()

# bridge32_sources(VARIABLE FOLDER [PATTERN]): the files of a folder and of this platform's folder
# in it.
function(bridge32_sources variable folder)
    set(pattern "*.cpp")
    if(ARGC GREATER 2)
        set(pattern "${ARGV2}")
    endif()
    set(platform linux)
    if(WIN32)
        set(platform windows)
    endif()
    file(GLOB sources CONFIGURE_DEPENDS "${folder}/${pattern}" "${folder}/${platform}/${pattern}")
    set(${variable} "${sources}" PARENT_SCOPE)
endfunction()

# bridge32_join_modules(TARGET MODULE...): a static library of the modules' objects, for targets
# that link all of them. Its properties: BRIDGE32_OBJECTS, BRIDGE32_SOURCES, and BRIDGE32_MODULES,
# what an includer needs.
function(bridge32_join_modules target)
    set(objects "")
    set(interfaces "")
    set(all_sources "")
    foreach(module IN LISTS ARGN)
        list(APPEND interfaces bridge32_${module})
        if(TARGET bridge32_${module}_objects)
            list(APPEND objects $<TARGET_OBJECTS:bridge32_${module}_objects>)
        endif()
        get_target_property(sources bridge32_${module} BRIDGE32_SOURCES)
        list(APPEND all_sources ${sources})
    endforeach()
    add_library(${target} STATIC ${objects})
    target_link_libraries(${target} PUBLIC ${interfaces})
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX
                                               BRIDGE32_OBJECTS "${objects}"
                                               BRIDGE32_MODULES "${interfaces}"
                                               BRIDGE32_SOURCES "${all_sources}")
endfunction()
