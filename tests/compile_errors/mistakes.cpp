// What authors of plugins get wrong: each of these is one error, which says what to write.
// `check` compiles this file and compares the compiler's errors with the comments `// error: TEXT`.
#include <bridge32/plugin.hpp>
#include <bridge32/struct.hpp>
#include <functional>
#include <string>
#include <vector>

struct camera;
struct Undescribed {
    int channel;
};

struct WithPointer {
    char* text;
};
// error: BRIDGE32_STRUCT: a pointer is meaningless in another process
BRIDGE32_STRUCT(WithPointer, text)

struct WithString {
    std::string text;
};
// error: BRIDGE32_STRUCT: the struct must be standard-layout and trivially copyable, as in C
BRIDGE32_STRUCT(WithString, text)

struct WithBits {
    unsigned low : 4, high : 4;
};
// error: BRIDGE32_STRUCT: a bit-field has no address of its own
BRIDGE32_STRUCT(WithBits, low)

struct WithUnion {
    union {
        int i;
        float f;
    } value;
};
// error: BRIDGE32_STRUCT: a union does not say which of its members is valid
BRIDGE32_STRUCT(WithUnion, value)

struct WithOverlap {
    union {
        int i;
        float f;
    };
};
// error: BRIDGE32_STRUCT: two members share their bytes
BRIDGE32_STRUCT(WithOverlap, i, f)

class Mistakes : public bridge32::Plugin {
public:
    Mistakes() {
        // error: a parameter cannot be a pointer
        method("pointer", [](double* x) { return *x; });
        // error: a span parameter must be std::span<const T>
        method("span", [](std::span<double> x) { x[0] = 1; });
        // error: a parameter cannot be a non-const reference
        method("reference", [](int& x) { x = 1; });
        // error: a parameter cannot be a std::function: use bridge32::Callback<R(A...)>
        method("function", [](const std::function<void(int)>& f) { f(1); });
        // error: bridge32 cannot read this type: describe a C struct with BRIDGE32_STRUCT
        method("undescribed", [](const Undescribed& x) { return x.channel; });
        // error: bridge32 cannot send this type: describe a C struct with BRIDGE32_STRUCT
        method("undescribed_result", [] { return Undescribed{1}; });
        // error: bridge32 cannot send a pointer, which means nothing in another process
        method("pointer_result", []() -> int* { return nullptr; });
        // error: write Handle<camera>, not Handle<camera*>
        method("handle", [](const bridge32::Handle<camera*>& x) { return static_cast<bool>(x); });
        // error: bridge32 cannot deduce the parameters of this callable
        method("generic", [](auto x) { return 2 * x; });
        // error: Library::function needs a function type, int(double), without `...`
        method("variadic", lib_.function<int(const char*, ...)>("printf"));
        // error: a property cannot have parameters: register this as a method
        property("property", [](int x) { return x; });
        method("c_function", [](const bridge32::Callback<void(int)>& f) {
            // error: the parameters of this C function cannot be assigned to the callback's
            const auto g = f.function<void(const char*, int, void*)>();
            take(g, g.user_data());
        });
        method("c_variadic", [](const bridge32::Callback<void(int)>& f) {
            // error: a C function with `...` cannot be made from a callback
            const auto g = f.function<void(int, ...)>();
            take_variadic(g);
        });
        method("c_adapter", [](const bridge32::Callback<void(int)>& f) {
            // error: the adapter of a C function must take the callback, `const auto& call`
            const auto g = f.function<void(int, void*)>([](int x) { return x; });
            take_plain(g, g.user_data());
        });
    }

private:
    static void take(void (*)(const char*, int, void*), void*) {}
    static void take_variadic(void (*)(int, ...)) {}
    static void take_plain(void (*)(int, void*), void*) {}

    bridge32::Library lib_{"my_lib"};
};
BRIDGE32_PLUGIN(Mistakes)
