# What only Windows' loader does, and how its compilers name functions.

# refuses says in its DllMain that it cannot be used.
legacy(refuses refuses.c)

# forwards exports `add`, `add_twice` and `lost`, which are functions of plain, and of nobody.
legacy(forwards leaf.c forwards.def)

# Names as Microsoft's compiler exports them.
legacy(decorated decorated.c)

# Takes the place of the runtime of drop-in libraries.
if(BRIDGE32_BITS EQUAL 64 AND NOT MSVC)
    legacy(wrap_stand_in wrap_stand_in_windows.c)
    target_include_directories(test_library_wrap_stand_in PRIVATE "${PROJECT_SOURCE_DIR}")
endif()
