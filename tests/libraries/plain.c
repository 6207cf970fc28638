/* A library as they come: C functions, a variable, a string. */
#include <stdint.h>

int32_t counter = 7;

int32_t add(int32_t a, int32_t b) { return a + b; }

int64_t add64(int64_t a, int64_t b) { return a + b; }

double scale(double factor, double x) { return factor * x; }

int32_t version(void) { return 3; }

const char* greeting(void) { return "hello"; }

int32_t count_up(void) { return ++counter; }
