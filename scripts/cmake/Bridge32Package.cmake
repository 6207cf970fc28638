# For `cpack` in the build folder, or scripts/package: on Linux a .deb with both bitnesses, for
# programs and plugins; on Windows a .zip of the prefix.
set(CPACK_PACKAGE_NAME bridge32)
set(CPACK_PACKAGE_VENDOR bridge32)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)

# The documents for users and the samples; what their links to the LICENSE become there.
function(bridge32_install_documents destination license)
    install(CODE "
    message(STATUS \"Installing the documents: ${destination}\")
    execute_process(COMMAND \"${CMAKE_COMMAND}\" -D \"SOURCE=${PROJECT_SOURCE_DIR}\"
        -D \"TARGET=\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${destination}\" -D LICENSE=${license}
        -P \"${PROJECT_SOURCE_DIR}/scripts/cmake/install_documents.cmake\"
        COMMAND_ERROR_IS_FATAL ANY)")
endfunction()

if(WIN32)
    set(CPACK_GENERATOR ZIP)
    set(CPACK_SYSTEM_NAME windows-x64)
    install(FILES LICENSE DESTINATION .)
    bridge32_install_documents(doc ../LICENSE)
    include(CPack)
    return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The bridge32 authors <bridge32@users.noreply.github.com>")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
                                                GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "A host process loads the 32-bit library. A plugin \
declares its functions, and
64-bit programs in C++, C and other languages call them through shared memory.

This package contains the client library, the hosts, some plugins, the command
line tool, the headers, the guides and the samples.")
# Libraries that the 64-bit and the 32-bit half are linked to, in at least the version of the release
# that they were built on. dpkg-shlibdeps handles only one architecture at a time.
set(depends "")
foreach(pair IN ITEMS libc6=libc6 libstdc++6=libstdc++6 libgcc-s1=libgcc-s1
                      "libc6-i386=libc6" "lib32stdc++6=libstdc++6" "lib32gcc-s1=libgcc-s1")
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    set(package "${CMAKE_MATCH_1}")
    set(same "${CMAKE_MATCH_2}")
    execute_process(COMMAND dpkg-query -W -f "\${Version}\n" ${same} OUTPUT_VARIABLE version
                    ERROR_QUIET RESULT_VARIABLE unknown)
    set(release "")
    if(NOT unknown AND version MATCHES "^([0-9]+:)?([0-9]+(\\.[0-9]+)?)")
        set(release " (>= ${CMAKE_MATCH_2})")
    endif()
    if(package STREQUAL same)
        list(APPEND depends "${package}${release}")
    else()
        list(APPEND depends "${package}${release} | ${same}:i386${release}")
    endif()
endforeach()
list(JOIN depends ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
# For the plugin zlib, which the command `bridge32 doctor` calls.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "lib32z1 | zlib1g:i386, zlib1g")
# For building programs and plugins.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
    "cmake (>= 3.25), g++-multilib, libboost1.81-dev | libboost-dev (>= 1.81), nlohmann-json3-dev")
file(WRITE "${PROJECT_BINARY_DIR}/package/triggers" "activate-noawait ldconfig\n")
file(WRITE "${PROJECT_BINARY_DIR}/package/shlibs"
     "libbridge32 ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR} bridge32 (>= ${PROJECT_VERSION})\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${PROJECT_BINARY_DIR}/package/triggers"
                                       "${PROJECT_BINARY_DIR}/package/shlibs")
configure_file("${PROJECT_SOURCE_DIR}/scripts/cmake/debian_files.cmake.in"
               "${PROJECT_BINARY_DIR}/package/debian_files.cmake" @ONLY)
set(CPACK_PRE_BUILD_SCRIPTS "${PROJECT_BINARY_DIR}/package/debian_files.cmake")
file(COPY_FILE "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_BINARY_DIR}/package/copyright")
install(FILES "${PROJECT_BINARY_DIR}/package/copyright" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
bridge32_install_documents("${CMAKE_INSTALL_DOCDIR}" copyright)
include(CPack)
