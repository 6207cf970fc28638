# How tests get their names, labels and time limits.
#
# Names start with `x32.` in the 32-bit sub-build, with `asan.` in a sanitizer build, and with
# `windows.` under Wine. Labels: unit, integration, samples, install, faults, fuzz, bench. A sanitizer
# build has only the label `sanitizers`, a build for Windows only `windows`.
if(NOT BRIDGE32_TESTS)
    function(bridge32_add_test)
    endfunction()
    return()
endif()

enable_testing()
set(bridge32_test_prefix "")
if(BRIDGE32_SANITIZE)
    string(APPEND bridge32_test_prefix "asan.")
endif()
if(CMAKE_CROSSCOMPILING AND WIN32)
    string(APPEND bridge32_test_prefix "windows.")
endif()
if(BRIDGE32_SUBBUILD)
    string(APPEND bridge32_test_prefix "x32.")
endif()
# Under Wine and with sanitizers starting a program is slow: there, one test is a whole file of test
# cases.
set(bridge32_test_is_file OFF)
if(BRIDGE32_SANITIZE OR (CMAKE_CROSSCOMPILING AND WIN32))
    set(bridge32_test_is_file ON)
endif()

# Sets `properties` in the caller: the test properties for that label.
function(bridge32_test_properties label timeout)
    # Tests with hosts wait more than they compute: as many run as there are processors. What
    # compiles, and what ThreadSanitizer looks at, has them to itself.
    set(processors 1)
    if(label MATCHES "^(install|sanitizers|bench)$")
        set(processors 2)
    endif()
    if(BRIDGE32_SANITIZE)
        set(label sanitizers)
        math(EXPR timeout "3 * ${timeout}")
    endif()
    if(CMAKE_CROSSCOMPILING AND WIN32)
        set(label windows)
        math(EXPR timeout "3 * ${timeout}")
    endif()
    set(properties LABELS ${label} TIMEOUT ${timeout} PROCESSORS ${processors})
    # scripts/test builds these trees by tests. (Wine starts with the first one for Windows.)
    if(label STREQUAL windows)
        list(APPEND properties FIXTURES_REQUIRED wine)
    elseif(BRIDGE32_SANITIZE)
        list(APPEND properties FIXTURES_REQUIRED "the tree with sanitizers")
    endif()
    if(NOT bridge32_test_is_file)
        # A test that cannot run here prints `[skipped]` and the reason.
        list(APPEND properties SKIP_REGULAR_EXPRESSION "\\[skipped\\]")
    endif()
    set(properties "${properties}" PARENT_SCOPE)
endfunction()

# bridge32_add_test(NAME name LABEL label [TIMEOUT seconds] COMMAND command...): one ctest test.
function(bridge32_add_test)
    cmake_parse_arguments(PARSE_ARGV 0 test "" "NAME;LABEL;TIMEOUT" "COMMAND")
    if(NOT test_TIMEOUT)
        set(test_TIMEOUT 60)
    endif()
    bridge32_test_properties(${test_LABEL} ${test_TIMEOUT})
    add_test(NAME "${bridge32_test_prefix}${test_NAME}" COMMAND ${test_COMMAND})
    set_tests_properties("${bridge32_test_prefix}${test_NAME}" PROPERTIES ${properties})
endfunction()
