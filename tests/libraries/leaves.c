/* Leaves something behind that runs its code after it is unloaded: a thread, a thread-specific key,
 * a signal handler, a function for the process's end; or nothing, or a function for its own end. */
#ifndef _WIN32
#define _GNU_SOURCE
#endif
#ifdef _WIN32
#include <windows.h>
#else
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#endif

static volatile int ticks;
static int count;

#if defined(LEAVES_THREAD) && defined(_WIN32)
static DWORD WINAPI run(void* data) {
    for (;;) {
        Sleep(2);
        ++ticks;
    }
    return data != 0;
}
static void leave(void) { CloseHandle(CreateThread(0, 0, run, 0, 0, 0)); }
#elif defined(LEAVES_THREAD)
static void* run(void* data) {
    for (;;) {
        usleep(2000);
        ++ticks;
    }
    return data;
}
static void leave(void) {
    pthread_t thread;
    if (pthread_create(&thread, 0, run, 0) == 0) pthread_detach(thread);
}
#elif defined(LEAVES_KEY)
static pthread_key_t key;
static void at_thread_end(void* value) {
    ++ticks;
    free(value);
}
static void leave(void) {
    if (key == 0) pthread_key_create(&key, at_thread_end);
    pthread_setspecific(key, malloc(10));
}
#elif defined(LEAVES_EXIT_FUNCTION)
static void at_exit(int status, void* data) { ticks += status + (data != 0); }
static void leave(void) { on_exit(at_exit, 0); }
#elif defined(LEAVES_ATEXIT)
static void at_exit(void) { ++ticks; }
static void leave(void) { atexit(at_exit); }
#elif defined(LEAVES_HANDLER)
static void handle(int number) { ticks += number; }
static void leave(void) { signal(SIGUSR1, handle); }
#else
static void leave(void) { ++ticks; }
#endif

/* How often it was called since it was loaded. */
int use(void) {
    if (count == 0) leave();
    return ++count;
}
