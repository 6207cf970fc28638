# cmake -D FIRST=program -D SECOND=program [-D EMULATOR=program] -P compare_outputs.cmake
# Fails unless both programs succeed and print the same, which is not nothing.
foreach(which IN ITEMS FIRST SECOND)
    execute_process(COMMAND ${EMULATOR} "${${which}}" OUTPUT_VARIABLE output_${which}
                    RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${${which}} failed: ${result}")
    endif()
endforeach()
if(output_FIRST STREQUAL "")
    message(FATAL_ERROR "${FIRST} printed nothing")
endif()
if(NOT output_FIRST STREQUAL output_SECOND)
    message(FATAL_ERROR "${FIRST} printed\n${output_FIRST}\nbut ${SECOND} printed\n"
                        "${output_SECOND}")
endif()
message(STATUS "Both print\n${output_FIRST}")
