// What the sanitizers do in every program of a sanitizer build.
//
// A fault is left to the operating system, so that a host dies of the signal that the tests
// expect, as it does without sanitizers; what ASan itself finds ends the process with a report.

extern "C" const char* __asan_default_options();
extern "C" const char* __ubsan_default_options();

extern "C" __attribute__((used, visibility("default"))) const char* __asan_default_options() {
    return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
           "detect_stack_use_after_return=0:allocator_may_return_null=1";
}

extern "C" __attribute__((used, visibility("default"))) const char* __ubsan_default_options() {
    return "print_stacktrace=1";
}
