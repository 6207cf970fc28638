// A C++ library with a C interface, whose functions let exceptions out.
#include <stdexcept>

#if defined(_WIN32)
#define EXPORT extern "C" __declspec(dllexport)
#else
#define EXPORT extern "C" __attribute__((visibility("default")))
#endif

EXPORT int throws(int what) {
    if (what == 0) throw std::runtime_error("out of paper");
    if (what == 1) throw 42;
    return what;
}
EXPORT int calls(int (*f)(int), int x) { return f(x) + 1; }
EXPORT int calls_and_throws(int (*f)(int), int x) {
    throw std::runtime_error(f(x) == x ? "same" : "other");
}
EXPORT int __attribute__((stdcall)) std_throws(int, int, int) {
    throw std::runtime_error("stdcall");
}
