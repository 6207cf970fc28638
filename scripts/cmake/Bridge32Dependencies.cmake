# What the SDK's headers need. Read by our own build and, installed, by bridge32Config.cmake.
find_package(Boost 1.81 QUIET)
if(NOT Boost_FOUND)
    message(FATAL_ERROR "bridge32 needs the headers of Boost 1.81 or newer. "
                        "On Debian: apt-get install libboost1.81-dev")
endif()
find_package(nlohmann_json 3.11 QUIET)
if(NOT nlohmann_json_FOUND)
    message(FATAL_ERROR "bridge32 needs the headers of nlohmann/json 3.11 or newer. "
                        "On Debian: apt-get install nlohmann-json3-dev")
endif()
