# What the SDK's headers need. Read by our own build and, installed, by bridge32Config.cmake.
# Sets bridge32_missing to what is missing, in words for the user, or to nothing.
set(bridge32_missing "")
find_package(Boost 1.81 QUIET)
find_package(nlohmann_json 3.11 QUIET)
if(NOT TARGET Boost::headers)
    set(bridge32_missing "bridge32 needs the headers of Boost 1.81 or newer, which were not found. \
On Debian: apt-get install libboost1.81-dev. Elsewhere: set Boost_ROOT to where Boost is.")
elseif(NOT TARGET nlohmann_json::nlohmann_json)
    set(bridge32_missing "bridge32 needs the headers of nlohmann/json 3.11 or newer, which were \
not found. On Debian: apt-get install nlohmann-json3-dev. Elsewhere: set nlohmann_json_ROOT to \
where it is installed.")
endif()
