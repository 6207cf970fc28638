/* The library that the plugin wraps. It also says its bitness, which shows where it runs. */
#include <stdint.h>

int32_t add(int32_t a, int32_t b) { return a + b; }

void scale(double factor, double* x, int32_t size) {
    for (int32_t i = 0; i < size; ++i) {
        x[i] *= factor;
    }
}

int32_t version(void) { return 8 * (int32_t)sizeof(void*); }
