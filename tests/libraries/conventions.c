/* Functions of each calling convention, and names that are exported decorated. */
#include <stdint.h>

#if defined(__i386__)
#define CONVENTION(name) __attribute__((name))
#else
#define CONVENTION(name)
#endif

/* On 32-bit Windows a C name has an underscore in front, which the linker takes away. */
#define TEXT_OF(name) #name
#define EXPAND_TO_TEXT(name) TEXT_OF(name)
#define EXPORTED_AS(name) __asm__(EXPAND_TO_TEXT(__USER_LABEL_PREFIX__) name)

int32_t CONVENTION(stdcall) subtract_stdcall(int32_t a, int32_t b) { return a - b; }

int32_t CONVENTION(fastcall) subtract_fastcall(int32_t a, int32_t b, int32_t c) {
    return a - b - c;
}

int32_t CONVENTION(thiscall) subtract_thiscall(const int32_t* a, int32_t b) { return *a - b; }

double CONVENTION(stdcall) average_stdcall(double a, double b) { return (a + b) / 2; }

/* As compilers with a leading underscore do. */
int32_t underscored(int32_t a) EXPORTED_AS("_underscored");
int32_t underscored(int32_t a) { return a + 1; }

/* As Fortran does, which passes by reference. `gamma` is a function of the C library's
 * libm, which this library links to: the look-up must not end there. */
int32_t fortran_gamma(const int32_t* a) EXPORTED_AS("gamma_");
int32_t fortran_gamma(const int32_t* a) { return *a * 2; }

double tgamma(double);
double use_libm(double x) { return tgamma(x); }
