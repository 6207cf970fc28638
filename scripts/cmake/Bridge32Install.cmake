# What `cmake --install` puts into the prefix: both bitnesses, headers, CMake package.
