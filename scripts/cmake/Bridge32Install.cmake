# What `cmake --install` puts into the prefix, in both bitnesses. Files find each other by relative
# paths, so the prefix can be moved:
#   include/bridge32/     headers of SDK and client
#   lib/libbridge32.so*   the client library, which looks for the host in
#   lib/bridge32/         host32, host64, plugins/ beside them, the plugin runtime, and on Linux
#                         libbridge32wrap, which `bridge32 wrap` copies
#   bin/bridge32          the command line tool
#   bin/host32            a link to lib/bridge32/host32 (not on Windows)
#   lib/cmake/bridge32/   find_package(bridge32): bridge32::client, bridge32::c, bridge32::sdk,
#                         bridge32_add_plugin
#   lib/pkgconfig/        bridge32 for programs, bridge32-plugin for plugins
# On Windows libbridge32.a is static, and bin/bridge32.dll has the C interface.
include(CMakePackageConfigHelpers)
set(host_folder "${CMAKE_INSTALL_LIBDIR}/bridge32")
set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/bridge32")

install(DIRECTORY "${PROJECT_SOURCE_DIR}/sdk/include/bridge32"
                  "${PROJECT_SOURCE_DIR}/client/include/bridge32"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(TARGETS bridge32_sdk bridge32 bridge32_c EXPORT bridge32Targets
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")

install(TARGETS bridge32_tool RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(PROGRAMS "${BRIDGE32_OUTPUT_DIR}/host32${CMAKE_EXECUTABLE_SUFFIX}"
                 "${BRIDGE32_OUTPUT_DIR}/host64${CMAKE_EXECUTABLE_SUFFIX}"
        DESTINATION "${host_folder}")
if(TARGET bridge32wrap)
    install(TARGETS bridge32wrap LIBRARY DESTINATION "${host_folder}" NAMELINK_SKIP)
endif()
get_property(shipped_plugins GLOBAL PROPERTY BRIDGE32_SHIPPED_PLUGINS)
foreach(name IN LISTS shipped_plugins)
    install(PROGRAMS "${BRIDGE32_OUTPUT_DIR}/plugins/${name}.b32${CMAKE_SHARED_LIBRARY_SUFFIX}"
                     "${BRIDGE32_OUTPUT_DIR}/plugins/${name}.b64${CMAKE_SHARED_LIBRARY_SUFFIX}"
            DESTINATION "${host_folder}/plugins")
endforeach()

get_property(shipped_plugins GLOBAL PROPERTY BRIDGE32_SHIPPED_PLUGINS_32)
foreach(name IN LISTS shipped_plugins)
    install(PROGRAMS "${BRIDGE32_OUTPUT_DIR}/plugins/${name}.b32${CMAKE_SHARED_LIBRARY_SUFFIX}"
            DESTINATION "${host_folder}/plugins")
endforeach()

foreach(bits IN ITEMS 32 64)
    bridge32_add_plugin_runtime(${bits})
    set_target_properties(bridge32_plugin_runtime_${bits} PROPERTIES EXCLUDE_FROM_ALL OFF)
    install(FILES $<TARGET_OBJECTS:bridge32_plugin_runtime_${bits}>
            DESTINATION "${host_folder}"
            RENAME plugin_runtime_${bits}${CMAKE_CXX_OUTPUT_EXTENSION})
endforeach()

if(NOT WIN32)
    file(RELATIVE_PATH host_from_bin "/${CMAKE_INSTALL_BINDIR}" "/${host_folder}/host32")
    install(CODE "
    set(bin \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
    message(STATUS \"Linking: \${bin}/host32 -> ${host_from_bin}\")
    file(MAKE_DIRECTORY \"\${bin}\")
    file(CREATE_LINK \"${host_from_bin}\" \"\${bin}/host32\" SYMBOLIC)")
endif()

configure_package_config_file(
    "${PROJECT_SOURCE_DIR}/scripts/cmake/bridge32Config.cmake.in"
    "${PROJECT_BINARY_DIR}/package/bridge32Config.cmake"
    INSTALL_DESTINATION "${package_folder}"
    PATH_VARS CMAKE_INSTALL_INCLUDEDIR host_folder)
# Projects of any bitness can build plugins, so the version file does not check it.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/bridge32ConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/package/bridge32Config.cmake"
              "${PROJECT_BINARY_DIR}/package/bridge32ConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/scripts/cmake/Bridge32Dependencies.cmake"
              "${PROJECT_SOURCE_DIR}/scripts/cmake/Bridge32AddPlugin.cmake"
        DESTINATION "${package_folder}")
if(NOT WIN32)
    file(RELATIVE_PATH prefix_from_pkgconfig "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" prefix_from_pkgconfig "${prefix_from_pkgconfig}")
    # See bridge32_keep_unloadable.
    set(bridge32_pc_unloadable "")
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
        set(bridge32_pc_unloadable "-fno-gnu-unique")
    endif()
    foreach(name IN ITEMS bridge32 bridge32-plugin)
        configure_file("${PROJECT_SOURCE_DIR}/scripts/cmake/${name}.pc.in"
                       "${PROJECT_BINARY_DIR}/package/${name}.pc" @ONLY)
        install(FILES "${PROJECT_BINARY_DIR}/package/${name}.pc"
                DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
    endforeach()
endif()
install(EXPORT bridge32Targets NAMESPACE bridge32:: DESTINATION "${package_folder}")
