/* Takes the signals of crashes when it is loaded, and those that a host ends by. */
#include <signal.h>
#include <unistd.h>

static void handle(int number) {
    static const char text[] = "the library's handler ran\n";
    if (write(2, text, sizeof text - 1) < 0) _exit(number);
    _exit(42);
}

__attribute__((constructor)) static void begin(void) {
    signal(SIGSEGV, handle);
    signal(SIGABRT, handle);
    signal(SIGTERM, handle);
    signal(SIGHUP, handle);
}

static int at(volatile int* place) { return *place; }

int crash(void) { return at((volatile int*)16); }
