/*
 * What a drop-in library holds and the runtime reads: the one contract between the library writer
 * (client/tool/wrap) and libbridge32wrap (client/wrap). Plain C.
 *
 * A drop-in library has a `struct DropIn` in its writable data and, for function number i, a stub:
 *
 *     endbr64
 *     lea  drop_in(%rip), %r10
 *     mov  $i, %r11d
 *     jmp  *bridge32wrap_enter(%rip)      a pointer: on Linux in the global offset table
 *
 * bridge32wrap_enter therefore gets the address of the DropIn in r10 and the number in r11d.
 * Everything else is as the program passed it: argument registers, al, the stack, and on its top
 * the return address into the program.
 *
 * Linux: libbridge32wrap.so.0 exports bridge32wrap_enter. The library needs it and finds it in the
 * folder bridge32 beside itself. It is never unloaded, so that pointers into a DropIn stay valid.
 */
#ifndef BRIDGE32_WRAP_DROP_IN_H
#define BRIDGE32_WRAP_DROP_IN_H

#include <stdint.h>

#define BRIDGE32_DROP_IN_FORMAT 1

struct DropIn {
    uint32_t format;            /* BRIDGE32_DROP_IN_FORMAT; another one must be refused */
    uint32_t functions;         /* how many there are */
    const char* interface_file; /* a file name, in the folder bridge32 beside the library */
    void* runtime;              /* the runtime's own; null when the library is loaded */
    /* Of the functions, by number. `name@VERSION` stands for a version that is not the default
     * one. On Windows `#12` is one that has a number only. */
    const char* const* names;
};

#endif
