/* malloc and its like, counted. To be preloaded: glibc's own are called by their other names. */
#include <stddef.h>
#include <stdint.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* memory, size_t size);

static uint32_t count;

/* By all threads, since the start. */
uint32_t counted_mallocs(void) { return __atomic_load_n(&count, __ATOMIC_RELAXED); }

void* malloc(size_t size) {
    __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
    return __libc_malloc(size);
}

void* calloc(size_t number, size_t size) {
    __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
    return __libc_calloc(number, size);
}

void* realloc(void* memory, size_t size) {
    __atomic_fetch_add(&count, 1, __ATOMIC_RELAXED);
    return __libc_realloc(memory, size);
}
