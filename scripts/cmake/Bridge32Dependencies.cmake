# Finds what the SDK's headers need. Used by this build and, installed, by bridge32Config.cmake. Sets
# bridge32_missing to a message about what is missing, or to an empty text.
set(bridge32_missing "")

# bridge32_system_headers(FOLDER...): for a build for Windows on Debian. Boost and nlohmann/json are
# header-only and work for every platform, but they are in /usr/include, whose other headers must not
# be visible. Makes links to these folders alone, and sets bridge32_headers to their folder.
function(bridge32_system_headers)
    set(folder "${CMAKE_BINARY_DIR}/CMakeFiles/bridge32-headers")
    file(MAKE_DIRECTORY "${folder}")
    foreach(name IN LISTS ARGN)
        if(EXISTS "/usr/include/${name}" AND NOT EXISTS "${folder}/${name}")
            file(CREATE_LINK "/usr/include/${name}" "${folder}/${name}" SYMBOLIC)
        endif()
    endforeach()
    set(bridge32_headers "${folder}" PARENT_SCOPE)
endfunction()

if(CMAKE_CROSSCOMPILING AND CMAKE_HOST_UNIX AND WIN32 AND NOT Boost_ROOT)
    bridge32_system_headers(boost nlohmann)
    foreach(pair IN ITEMS Boost::headers=boost/version.hpp
                          nlohmann_json::nlohmann_json=nlohmann/json.hpp)
        string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
        if(EXISTS "${bridge32_headers}/${CMAKE_MATCH_2}" AND NOT TARGET ${CMAKE_MATCH_1})
            add_library(${CMAKE_MATCH_1} INTERFACE IMPORTED)
            set_target_properties(${CMAKE_MATCH_1} PROPERTIES
                                  INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${bridge32_headers}"
                                  INTERFACE_INCLUDE_DIRECTORIES "${bridge32_headers}")
        endif()
    endforeach()
else()
    find_package(Boost 1.81 QUIET)
    find_package(nlohmann_json 3.11 QUIET)
endif()
if(NOT TARGET Boost::headers)
    set(bridge32_missing "bridge32 needs the headers of Boost 1.81 or newer, which were not found. \
On Debian: apt-get install libboost1.81-dev. Elsewhere: set Boost_ROOT to where Boost is.")
elseif(NOT TARGET nlohmann_json::nlohmann_json)
    set(bridge32_missing "bridge32 needs the headers of nlohmann/json 3.11 or newer, which were \
not found. On Debian: apt-get install nlohmann-json3-dev. Elsewhere: set nlohmann_json_ROOT to \
where it is installed.")
endif()
