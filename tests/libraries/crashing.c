// Crashes when it is loaded, or when it is unloaded.
static volatile int* volatile nowhere = 0;

__attribute__((noinline)) static void crash_in_library(void) { *nowhere = 1; }

#if defined(WHEN_LOADED)
__attribute__((constructor)) static void begin(void) { crash_in_library(); }
#else
__attribute__((destructor)) static void end(void) { crash_in_library(); }
#endif

int NAME(void) { return 1; }
