// Calls a function whose signature is known only at run time, and lets such a function be called.
// i386, GNU syntax, for Linux and Windows. The structs that it reads are those of call.hpp, whose
// static_asserts hold the offsets.

#if defined(_WIN32)
#define SYMBOL(name) _##name
#define BEGIN(name) .globl SYMBOL(name); SYMBOL(name):
#define END(name)
#else
#define SYMBOL(name) name
#define BEGIN(name) .globl name; .hidden name; .type name, @function; name:
#define END(name) .size name, . - name
.section .note.GNU-stack, "", @progbits
#endif

.text

// void bridge32_ffi_call(Invocation*): copies the words to the stack, which it aligns to 16 bytes as
// compilers expect it at a call, loads the registers, calls, and stores what came back. EBX and ESI
// keep the Invocation and the stack pointer: the callee preserves them in every convention.
.p2align 4
BEGIN(bridge32_ffi_call)
    .cfi_startproc
    pushl %ebp
    .cfi_def_cfa_offset 8
    .cfi_offset %ebp, -8
    movl %esp, %ebp
    .cfi_def_cfa_register %ebp
    pushl %ebx
    .cfi_offset %ebx, -12
    pushl %esi
    .cfi_offset %esi, -16
    movl 8(%ebp), %ebx
    movl 4(%ebx), %edx              // the words: EAX, EDX, ECX, and the stack's
    movl 8(%ebx), %ecx              // how many are the stack's
    leal 0(,%ecx,4), %eax
    subl %eax, %esp
    andl $-16, %esp                 // where the first argument comes to lie
    addl %eax, %esp
    jmp 2f
1:  pushl 8(%edx,%ecx,4)            // the last one first: a large frame touches each of its pages
    decl %ecx
2:  testl %ecx, %ecx
    jne 1b
    movl %esp, %esi
    movl (%edx), %eax
    movl 8(%edx), %ecx
    movl 4(%edx), %edx
    call *(%ebx)
    movl %eax, 12(%ebx)
    movl %edx, 16(%ebx)
    cmpl $0, 36(%ebx)               // nothing else may take a number off the x87 stack
    je 3f
    fstpt 24(%ebx)                  // all 80 bits: rounding is for our own control word
3:  movl %esp, %eax
    subl %esi, %eax
    movl %eax, 20(%ebx)             // what the callee has popped
    leal -8(%ebp), %esp
    popl %esi
    popl %ebx
    popl %ebp
    .cfi_restore %ebp
    .cfi_restore %ebx
    .cfi_restore %esi
    .cfi_def_cfa %esp, 4
    ret
    .cfi_endproc
END(bridge32_ffi_call)

// Where the code of every closure jumps to, with the closure's number on the stack:
//
//     ESP -> number, return address, arguments
//
// Fills in an Entry, calls bridge32_ffi_entered(Entry*) on a stack that is aligned whatever the
// library had, returns what that has stored, and pops the arguments if the convention says so.
.p2align 4
BEGIN(bridge32_ffi_enter)
    .cfi_startproc
    .cfi_def_cfa_offset 8
    pushl %ebp
    .cfi_def_cfa_offset 12
    .cfi_offset %ebp, -12
    movl %esp, %ebp
    .cfi_def_cfa_register %ebp
    subl $68, %esp
    andl $-16, %esp
    movl %eax, 16(%esp)
    movl %edx, 20(%esp)
    movl %ecx, 24(%esp)
    leal 12(%ebp), %eax
    movl %eax, 28(%esp)             // the arguments
    movl 4(%ebp), %eax
    movl %eax, 32(%esp)             // the number
    leal 16(%esp), %eax
    movl %eax, (%esp)
    call SYMBOL(bridge32_ffi_entered)
    cmpl $0, 48(%esp)
    je 1f
    fldt 52(%esp)
1:  movl 36(%esp), %eax
    movl 40(%esp), %edx
    movl 44(%esp), %ecx             // bytes to pop
    movl %ebp, %esp
    popl %ebp
    .cfi_restore %ebp
    .cfi_def_cfa %esp, 8
    pushl 4(%esp)                   // the return address, to where the last one popped was
    .cfi_adjust_cfa_offset 4
    popl 4(%esp,%ecx)               // ESP is already above what is popped when this is computed
    .cfi_adjust_cfa_offset -4
    leal 4(%esp,%ecx), %esp
    .cfi_def_cfa %esp, 4
    ret
    .cfi_endproc
END(bridge32_ffi_enter)
