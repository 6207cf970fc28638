/* Stands for a library that exists only as 32-bit code: imagine that its source is lost. */
#include <stdint.h>

int32_t add(int32_t a, int32_t b) { return a + b; }

void scale(double factor, double* x, int32_t size) {
    for (int32_t i = 0; i < size; ++i) {
        x[i] *= factor;
    }
}

int32_t version(void) { return 3; }
