/* Functions under the names that Microsoft's compiler exports for __declspec(dllexport). */
#include <stdint.h>

#if defined(__i386__)
#define EXPORTED_AS(name) __asm__("_" name) /* the linker takes one underscore away */
#define CONVENTION(name) __attribute__((name))
#else
#define EXPORTED_AS(name)
#define CONVENTION(name)
#endif

int32_t CONVENTION(stdcall) subtract(int32_t a, int32_t b) EXPORTED_AS("_subtract@8");
int32_t CONVENTION(stdcall) subtract(int32_t a, int32_t b) { return a - b; }

int32_t CONVENTION(stdcall) three(void) EXPORTED_AS("_three@0");
int32_t CONVENTION(stdcall) three(void) { return 3; }

/* `@f@8` in C; exported so. */
int32_t CONVENTION(fastcall) multiply(int32_t a, int32_t b);
int32_t CONVENTION(fastcall) multiply(int32_t a, int32_t b) { return a * b; }

typedef int32_t(CONVENTION(stdcall) * Visit)(int32_t item);

/* Calls back by stdcall. */
int32_t CONVENTION(stdcall) sum_of(Visit visit, int32_t count) EXPORTED_AS("_sum_of@8");
int32_t CONVENTION(stdcall) sum_of(Visit visit, int32_t count) {
    int32_t sum = 0;
    for (int32_t i = 0; i < count; ++i) {
        sum += visit(i);
    }
    return sum;
}
