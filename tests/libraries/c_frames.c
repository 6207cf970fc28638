// Plain C, without the tables with which C++ finds its way through a function.
__attribute__((noinline)) int call_back(void (*function)(void)) {
    volatile int result = 0;
    function();
    result = 1;
    return result;
}
