// wrap_stand_in.c for Windows: bridge32wrap.dll.
#include <stdint.h>

#include "client/wrap/drop_in.h"

struct Seen {
    const struct DropIn* drop_in;
    uint64_t number;
    uint64_t integers[4];
    double doubles[4];
    uint64_t stack[3];  // above the 32 bytes that belong to the callee
};

__declspec(dllexport) struct Seen wrap_stand_in_seen;

__attribute__((naked)) __declspec(dllexport) void bridge32wrap_enter(void);
void bridge32wrap_enter(void) {
    __asm__(
        "push %rbx\n"
        "lea wrap_stand_in_seen(%rip), %rbx\n"
        "mov %r10, (%rbx)\n"
        "mov %r11, 8(%rbx)\n"
        "mov %rcx, 16(%rbx)\n"
        "mov %rdx, 24(%rbx)\n"
        "mov %r8, 32(%rbx)\n"
        "mov %r9, 40(%rbx)\n"
        "movsd %xmm0, 48(%rbx)\n"
        "movsd %xmm1, 56(%rbx)\n"
        "movsd %xmm2, 64(%rbx)\n"
        "movsd %xmm3, 72(%rbx)\n"
        "mov 48(%rsp), %rax\n"
        "mov %rax, 80(%rbx)\n"
        "mov 56(%rsp), %rax\n"
        "mov %rax, 88(%rbx)\n"
        "mov 64(%rsp), %rax\n"
        "mov %rax, 96(%rbx)\n"
        "mov %r11, %rax\n"
        "pop %rbx\n"
        "ret\n");
}
