# What only Windows' loader does, and how its compilers name functions.

# refuses says in its DllMain that it cannot be used.
legacy(refuses refuses.c)

# forwards exports `add`, `add_twice` and `lost`, which are functions of plain, and of nobody.
legacy(forwards leaf.c forwards.def)

# Names as Microsoft's compiler exports them.
legacy(decorated decorated.c)

