// Stands in for libbridge32wrap: keeps what a stub of a drop-in library hands over, and returns the
// function's number. A double result is the first double argument.
#include <stdint.h>

#include "client/wrap/drop_in.h"

struct Seen {
    const struct DropIn* drop_in;
    uint64_t number;
    uint64_t al;
    uint64_t integers[6];
    double doubles[8];
    uint64_t stack[3];
};

__attribute__((visibility("default"))) struct Seen wrap_stand_in_seen;

__asm__(
    ".pushsection .text\n"
    ".globl bridge32wrap_enter\n"
    ".type bridge32wrap_enter, @function\n"
    "bridge32wrap_enter:\n"
    "    endbr64\n"
    "    push %rbx\n"
    "    mov wrap_stand_in_seen@GOTPCREL(%rip), %rbx\n"
    "    mov %r10, (%rbx)\n"
    "    mov %r11, 8(%rbx)\n"
    "    movzbl %al, %eax\n"
    "    mov %rax, 16(%rbx)\n"
    "    mov %rdi, 24(%rbx)\n"
    "    mov %rsi, 32(%rbx)\n"
    "    mov %rdx, 40(%rbx)\n"
    "    mov %rcx, 48(%rbx)\n"
    "    mov %r8, 56(%rbx)\n"
    "    mov %r9, 64(%rbx)\n"
    "    movsd %xmm0, 72(%rbx)\n"
    "    movsd %xmm1, 80(%rbx)\n"
    "    movsd %xmm2, 88(%rbx)\n"
    "    movsd %xmm3, 96(%rbx)\n"
    "    movsd %xmm4, 104(%rbx)\n"
    "    movsd %xmm5, 112(%rbx)\n"
    "    movsd %xmm6, 120(%rbx)\n"
    "    movsd %xmm7, 128(%rbx)\n"
    "    mov 16(%rsp), %rax\n"
    "    mov %rax, 136(%rbx)\n"
    "    mov 24(%rsp), %rax\n"
    "    mov %rax, 144(%rbx)\n"
    "    mov 32(%rsp), %rax\n"
    "    mov %rax, 152(%rbx)\n"
    "    mov %r11, %rax\n"
    "    pop %rbx\n"
    "    ret\n"
    ".size bridge32wrap_enter, . - bridge32wrap_enter\n"
    ".popsection\n");
