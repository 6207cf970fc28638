# cmake -D PROGRAM=program [-D EMULATOR=program] -D EXPECTED=file -P compare_with_file.cmake
# Fails unless the program succeeds and prints to stdout what is in the file.
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" OUTPUT_VARIABLE output RESULT_VARIABLE result)
if(NOT result EQUAL 0)
    message(FATAL_ERROR "${PROGRAM} failed: ${result}")
endif()
file(READ "${EXPECTED}" expected)
string(REPLACE "\r\n" "\n" output "${output}") # what Windows programs write
if(NOT output STREQUAL expected)
    message(FATAL_ERROR "${PROGRAM} printed\n${output}\nbut ${EXPECTED} says\n${expected}")
endif()
