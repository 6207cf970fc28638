# What only glibc's loader does.

# wants_twin -> twin, which is found in the other bitness only.
math(EXPR other_bits "96 - ${BRIDGE32_BITS}")
legacy(twin leaf.c FOLDER "${here}/twin")
legacy(wants_twin needs.c NEEDS twin RUNPATH "\$ORIGIN/../${other_bits}/twin")

# outer -> middle -> innermost: found through the RPATH of the first, which is inherited.
legacy(innermost leaf.c FOLDER "${here}/inner")
legacy(middle needs.c NEEDS innermost FOLDER "${here}/inner")
legacy(outer needs.c NEEDS middle RPATH "\$ORIGIN/inner")

# undefined uses a symbol that no library defines.
legacy(undefined needs.c OPTIONS -Wl,-z,undefs)
target_compile_definitions(test_library_undefined PRIVATE NEEDS=nobody_defines_this)

# needs_version was linked to a newer libversioned.so than the one that is there.
legacy(versioned leaf.c OPTIONS
       -Wl,--version-script,${CMAKE_CURRENT_SOURCE_DIR}/versioned_1.map)
legacy(versioned_9 leaf.c FOLDER "${absent}" FILE libversioned.so OPTIONS
       -Wl,--version-script,${CMAKE_CURRENT_SOURCE_DIR}/versioned_9.map)
target_compile_definitions(test_library_versioned_9 PRIVATE versioned_9=versioned)
legacy(needs_version needs.c NEEDS versioned_9 RUNPATH "\$ORIGIN")
target_compile_definitions(test_library_needs_version PRIVATE versioned_9=versioned)

# Preloaded into a host, it counts what that takes from the heap.
legacy(counts_mallocs counts_mallocs.c)

# What a library leaves behind, or takes, on Linux only.
legacy(leaves_key leaves.c)
target_compile_definitions(test_library_leaves_key PRIVATE LEAVES_KEY)
legacy(leaves_handler leaves.c)
target_compile_definitions(test_library_leaves_handler PRIVATE LEAVES_HANDLER)
legacy(leaves_exit_function leaves.c)
target_compile_definitions(test_library_leaves_exit_function PRIVATE LEAVES_EXIT_FUNCTION)
legacy(leaves_atexit leaves.c)
target_compile_definitions(test_library_leaves_atexit PRIVATE LEAVES_ATEXIT)
legacy(takes_signals takes_signals.c)

# Old code: its text is changed when it is loaded (only i386 allows it), its stacks are executable.
if(BRIDGE32_BITS EQUAL 32)
    legacy(text_relocations plain.c OPTIONS -Wl,-z,notext)
    set_target_properties(test_library_text_relocations PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(test_library_text_relocations PRIVATE -fno-pic -fno-pie)
endif()
legacy(executable_stack plain.c OPTIONS -Wl,-z,execstack)

# Takes the place of the runtime of drop-in libraries.
if(BRIDGE32_BITS EQUAL 64)
    legacy(wrap_stand_in wrap_stand_in.c FOLDER "${here}/bridge32" FILE libbridge32wrap.so.0)
    target_include_directories(test_library_wrap_stand_in PRIVATE "${PROJECT_SOURCE_DIR}")
    # A test assembles it.
    configure_file("${PROJECT_SOURCE_DIR}/client/tool/wrap/pe_entry.S" "${here}/pe_entry.S" COPYONLY)
endif()

# What drop-in libraries pass on: wrapped, and compared with the 64-bit build.
legacy(every every/every.c VERSION 1)
