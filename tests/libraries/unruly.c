/* What old libraries do to the one who calls them: they change the floating-point unit, leave MMX
 * state and errno behind, call back with a stack that is aligned to 4 bytes, and jump over the
 * frames of their callbacks. */
#include <errno.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

int32_t x87_control_word(void) {
    uint16_t word;
    __asm__ volatile("fnstcw %0" : "=m"(word));
    return word;
}
void set_x87_control_word(int32_t value) {
    const uint16_t word = (uint16_t)value;
    __asm__ volatile("fldcw %0" ::"m"(word));
}
int32_t mxcsr(void) {
    uint32_t word;
    __asm__ volatile("stmxcsr %0" : "=m"(word));
    return (int32_t)word;
}
void set_mxcsr(int32_t value) {
    const uint32_t word = (uint32_t)value;
    __asm__ volatile("ldmxcsr %0" ::"m"(word));
}
void leave_mmx_state(void) { __asm__ volatile("pxor %%mm0, %%mm0" ::: "memory"); }
/* An exception that is pending when it is unmasked. */
void divide_by_zero(void) {
    __asm__ volatile("fldz\n\tfld1\n\tfdivp\n\tfstp %%st(0)" ::: "memory");
}

int32_t last_error(void) { return errno; }
int32_t fail(int32_t error) {
    errno = error;
    return -1;
}

#if defined(WHEN_LOADED)
__attribute__((constructor)) static void when_loaded(void) {
    set_x87_control_word(0x7f); /* 24-bit precision */
    set_mxcsr(0x9fc0);          /* denormals are zeros */
    leave_mmx_state();
}
#endif

#if defined(__i386__)
/* Calls f with n words on a stack that is `shift` bytes off a multiple of 16, and cleans up whoever
 * pops them. */
int32_t call_shifted(void* f, int32_t shift, const uint32_t* words, int32_t n);
#define TEXT_OF(name) #name
#define EXPAND_TO_TEXT(name) TEXT_OF(name)
#define SYMBOL EXPAND_TO_TEXT(__USER_LABEL_PREFIX__) "call_shifted"
__asm__(".text\n.globl " SYMBOL "\n" SYMBOL
        ":\n"
        "  push %ebp\n  mov %esp, %ebp\n  push %esi\n  push %edi\n"
        "  mov 20(%ebp), %ecx\n  lea 15(,%ecx,4), %eax\n  and $-16, %eax\n"
        "  and $-16, %esp\n  sub %eax, %esp\n  sub 12(%ebp), %esp\n"
        "  mov 16(%ebp), %esi\n  mov %esp, %edi\n  cld\n  rep movsl\n"
        "  call *8(%ebp)\n"
        "  lea -8(%ebp), %esp\n  pop %edi\n  pop %esi\n  pop %ebp\n  ret\n");

/* f(7, 0.5, user), and without user data f(7, 0.5). */
int32_t call_back_shifted(void* f, void* user, int32_t shift) {
    const double real = 0.5;
    uint32_t words[4] = {7, 0, 0, (uint32_t)user};
    memcpy(words + 1, &real, sizeof real);
    return call_shifted(f, shift, words, user == 0 ? 3 : 4);
}
#endif

/* As Lua does: an error in a callback's nested call jumps back to where the library was called. */
#if defined(_WIN32)
#define SETJMP __builtin_setjmp /* Windows' own unwinds */
#define LONGJMP __builtin_longjmp
typedef void* Place[5];
#else
#define SETJMP _setjmp
#define LONGJMP longjmp
typedef jmp_buf Place;
#endif
static Place place;
static volatile int32_t jumps;

int32_t protected_call(int32_t (*f)(int32_t, void*), void* user, int32_t times) {
    jumps = 0;
    for (volatile int32_t i = 0; i < times; ++i) {
        if (SETJMP(place) != 0) {
            ++jumps;
            continue;
        }
        f(i, user);
    }
    return jumps;
}
void raise_error(void) { LONGJMP(place, 1); }
