/* The entry of all functions of drop-in libraries, and the calls of the program's callbacks: see
   frame.hpp. */
    .text
    .globl bridge32wrap_enter
    .type bridge32wrap_enter, @function
    .balign 16
bridge32wrap_enter:
    .cfi_startproc
    endbr64
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    subq $272, %rsp
    movq %rdi, 0(%rsp)
    movq %rsi, 8(%rsp)
    movq %rdx, 16(%rsp)
    movq %rcx, 24(%rsp)
    movq %r8, 32(%rsp)
    movq %r9, 40(%rsp)
    movaps %xmm0, 48(%rsp)
    movaps %xmm1, 64(%rsp)
    movaps %xmm2, 80(%rsp)
    movaps %xmm3, 96(%rsp)
    movaps %xmm4, 112(%rsp)
    movaps %xmm5, 128(%rsp)
    movaps %xmm6, 144(%rsp)
    movaps %xmm7, 160(%rsp)
    movzbl %al, %eax
    movq %rax, 176(%rsp)
    leaq 16(%rbp), %rax
    movq %rax, 184(%rsp)
    pxor %xmm0, %xmm0
    movaps %xmm0, 192(%rsp)
    movaps %xmm0, 208(%rsp)
    movaps %xmm0, 224(%rsp)
    movaps %xmm0, 240(%rsp)
    movaps %xmm0, 256(%rsp)
    movq %r10, %rdi
    movl %r11d, %esi
    movq %rsp, %rdx
    call bridge32wrap_entered
    cmpq $0, 256(%rsp)
    je 1f
    fldt 240(%rsp)
1:  movq 192(%rsp), %rax
    movq 200(%rsp), %rdx
    movaps 208(%rsp), %xmm0
    movaps 224(%rsp), %xmm1
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size bridge32wrap_enter, . - bridge32wrap_enter

    .globl bridge32wrap_invoke
    .hidden bridge32wrap_invoke
    .type bridge32wrap_invoke, @function
    .balign 16
bridge32wrap_invoke:
    .cfi_startproc
    endbr64
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    pushq %rbx
    .cfi_offset %rbx, -24
    subq $8, %rsp
    movq %rdi, %rbx
    movq 128(%rbx), %rcx
    movq 120(%rbx), %rdx
    testb $1, %cl
    je 1f
    subq $8, %rsp
1:  testq %rcx, %rcx
    je 2f
    pushq -8(%rdx,%rcx,8)
    decq %rcx
    jmp 1b
2:  movq 8(%rbx), %rdi
    movq 16(%rbx), %rsi
    movq 24(%rbx), %rdx
    movq 32(%rbx), %rcx
    movq 40(%rbx), %r8
    movq 48(%rbx), %r9
    movsd 56(%rbx), %xmm0
    movsd 64(%rbx), %xmm1
    movsd 72(%rbx), %xmm2
    movsd 80(%rbx), %xmm3
    movsd 88(%rbx), %xmm4
    movsd 96(%rbx), %xmm5
    movsd 104(%rbx), %xmm6
    movsd 112(%rbx), %xmm7
    movl $8, %eax
    call *0(%rbx)
    movq %rax, 136(%rbx)
    movsd %xmm0, 144(%rbx)
    movq -8(%rbp), %rbx
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size bridge32wrap_invoke, . - bridge32wrap_invoke
    .section .note.GNU-stack,"",@progbits
