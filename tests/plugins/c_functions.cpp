// Callbacks as C functions of every shape that libraries have: see "C functions" in the plugin
// guide.
#include <sys/types.h>

#include <bridge32/plugin.hpp>
#include <bridge32/struct.hpp>
#include <bridge32/text.hpp>
#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#if !defined(_WIN32)
static_assert(sizeof(off_t) == 4 && sizeof(time_t) == 4, "as libraries of old have them");
#endif

struct Frame {
    std::int32_t number;
    double time;
    std::int32_t pixels[3];
};
BRIDGE32_STRUCT(Frame, number, time, pixels)

namespace {

using bridge32::Bytes;
using bridge32::Callback;

// -- the library --

int say_with(void (*f)(int, const char*, va_list), int level, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    f(level, format, arguments);
    va_end(arguments);
    return 0;
}

struct Parser {
    void (*open)(int, void*);
    void (*data)(const char*, int, void*);
    void (*close)(int, void*);
    void* user;
};
int parse(const Parser& parser) {
    parser.open(1, parser.user);
    parser.data("abc", 2, parser.user);
    parser.close(2, parser.user);
    return 0;
}

// [variadic]
const Callback<void(int, std::string)>* variadic_log = nullptr;
void log_variadic(int level, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    variadic_log->guarded([&] { (*variadic_log)(level, bridge32::formatted(format, arguments)); });
    va_end(arguments);
}
// [variadic end]

class CFunctions : public bridge32::Plugin {
public:
    CFunctions() {
        offer_shapes();
        offer_results();
        offer_adapters();
        offer_shared_user_data();
        offer_text();
        offer_numbers();
    }

private:
    void offer_shapes() {
        method("span", [](const Callback<void(std::span<const std::int16_t>)>& f) {
            const auto g = f.function<void(const short*, int, void*)>();
            const short data[] = {1, -2, 3};
            g(data, 3, g.user_data());
        });
        method("vector_count_first", [](const Callback<void(int, std::vector<double>)>& f) {
            const auto g = f.function<void(int, unsigned, double*)>();
            double data[] = {0.5, 1.5};
            g(7, 2, data);
        });
        method("length", [](int length, const Callback<void(std::vector<std::int16_t>)>& f) {
            const auto g = f.function<void(const short*, int, void*)>();
            g(nullptr, length, g.user_data());
        });
        method("bytes", [](const Callback<void(Bytes)>& f) {
            const auto g = f.function<void(void*, const void*, std::size_t)>();
            g(g.user_data(), "a\0b", 3);
        });
        method("counted_text", [](const Callback<void(std::string)>& f) {
            const auto g = f.function<void(void*, const char*, int)>();
            g(g.user_data(), "abcdef", 3);
        });
        method("texts", [](const Callback<void(std::vector<std::optional<std::string>>)>& f) {
            const auto g = f.function<void(int, char**, void*)>();
            char one[] = "one";
            char* all[] = {one, nullptr};
            g(2, all, g.user_data());
        });
        // [struct_pointer]
        method("struct_pointer", [](const Callback<void(const Frame&)>& f) {
            const auto g = f.function<void(const Frame*, void*)>();
            const Frame frame{7, 0.5, {1, 2, 3}};
            g(&frame, g.user_data());
        });
        // [struct_pointer end]
        method("struct_null",
               [](const Callback<void(Frame)>& f) { f.function<void(const Frame*)>()(nullptr); });
        method("struct_optional", [](const Callback<void(std::optional<Frame>)>& f) {
            f.function<void(Frame*)>()(nullptr);
        });
        method("struct_value", [](const Callback<int(Frame)>& f) {
            const auto g = f.function<int(Frame, void*)>();
            return g({7, 0.5, {1, 2, 3}}, g.user_data());
        });
        method("data_in_the_middle", [](const Callback<int(int, std::string)>& f) {
            const auto g = f.function<int(int, void*, const char*)>();
            return g(5, g.user_data(), "text");
        });
        method("data_as_long", [](const Callback<int(int)>& f) {
            const auto g = f.function<int(int, long)>();
            return g(5, static_cast<long>(reinterpret_cast<std::intptr_t>(g.user_data())));
        });
    }

    void offer_results() {
        method("returns_text", [](const Callback<std::string(int)>& f) {
            const auto g = f.function<const char*(int, void*)>();
            const std::string first = g(1, g.user_data());
            return first + g(2, g.user_data());
        });
        method("returns_null", [](const Callback<std::optional<std::string>()>& f) {
            return f.function<const char*()>()() == nullptr;
        });
        method("fills", [](int size, const Callback<std::string(int)>& f) {
            const auto g = f.function<int(char*, int, void*)>();
            char buffer[16];
            std::memset(buffer, '?', sizeof buffer);
            const int written = g(buffer, size, g.user_data());
            return std::to_string(written) + ": " + std::string(buffer, 7);
        });
        method("reads", [](const Callback<Bytes(int)>& f) {
            const auto g = f.function<std::size_t(int, void*, std::size_t, void*)>();
            char buffer[4] = {9, 9, 9, 9};
            const std::size_t written = g(3, buffer, sizeof buffer, g.user_data());
            return std::vector<int>{static_cast<int>(written), buffer[0], buffer[3]};
        });
        method("out", [](const Callback<double(int)>& f) {
            const auto g = f.function<void(int, double*, void*)>();
            double value = 0;
            g(3, &value, g.user_data());
            return value;
        });
        // [outs]
        method("outs", [](const Callback<std::tuple<int, double, Frame>(int)>& f) {
            const auto g = f.function<int(int, double*, Frame*)>();
            double value = 0;
            Frame frame{};
            const int status = g(3, &value, &frame);
            g(4, nullptr, nullptr);
            return std::vector<double>{static_cast<double>(status), value, frame.time};
        });
        // [outs end]
    }

    void offer_adapters() {
        // [adapter]
        method("formatted", [](const Callback<void(int, std::string)>& f) {
            say_with(f.function<void(int, const char*, va_list)>(
                         [](const auto& call, int level, const char* format, va_list arguments) {
                             call(level, bridge32::formatted(format, arguments));
                         }),
                     3, "x=%d %s", 42, "end");
        });
        // [adapter end]
        method("variadic", [](const Callback<void(int, std::string)>& f) {
            variadic_log = &f;
            log_variadic(3, "x=%d %s", 42, "end");
        });
        method("rows", [](const Callback<int(std::vector<std::optional<std::string>>,
                                             std::vector<std::string>)>& f) {
            const auto g = f.function<int(void*, int, char**, char**)>(
                [](const auto& call, void*, int n, char** values, char** names) {
                    return call(bridge32::texts(values, static_cast<std::size_t>(n)),
                                bridge32::texts(names));
                });
            char value[] = "1";
            char name[] = "a";
            char* values[] = {value, nullptr};
            char* names[] = {name, name, nullptr};
            return g(g.user_data(), 2, values, names);
        });
        method("adapter_cuts", [](const Callback<double(int)>& f) {
            return f.function<int(int)>([](const auto& call, int x) { return call(x); })(1);
        });
        method("adapter_text", [](const Callback<std::string(int)>& f) {
            return std::string(f.function<const char*(int)>(
                [](const auto& call, int x) -> std::string { return call(x) + "!"; })(1));
        });
        method("adapter_throws", [](const Callback<int(int)>& f) {
            return f.function<int(int)>(
                [](const auto&, int) -> int { throw std::runtime_error("by the adapter"); })(1);
        });
    }

    void offer_shared_user_data() {
        method("parse", [](const Callback<void(int)>& open, const Callback<void(std::string)>& data,
                           const Callback<void(int)>& close) {
            const auto a = open.function<void(int, void*)>();
            const auto b = data.function<void(const char*, int, void*)>();
            const auto c = close.function<void(int, void*)>();
            // [shared]
            parse({a, b, c, a.user_data()});
            // [shared end]
            parse({a, b, c, b.user_data()});
            parse({a, b, c, nullptr});
        });
        method("many", [](int count, bool shared, const Callback<void(int)>& f) {
            std::vector<decltype(f.function<void(int, void*)>())> all;
            for (int i = 0; i < count; ++i)
                all.push_back(f.function<void(int, void*)>());
            for (int i = 0; i < count; ++i)
                all[i](i, shared ? all[(i + 1) % count].user_data() : all[i].user_data());
        });
    }

    void offer_text() {
        const auto log = [](const auto& f) {
            const auto g = f.template function<void(int, const char*)>();
            g(1, "one");
            g(2, nullptr);
            g(3, "three");
        };
        method("log", [=](const Callback<void(int, std::string)>& f) { log(f); });
        method("log_reference", [=](const Callback<void(int, const std::string&)>& f) { log(f); });
        method("log_view", [=](const Callback<void(int, std::string_view)>& f) { log(f); });
        method("log_pointer", [=](const Callback<void(int, const char*)>& f) { log(f); });
        method("log_optional",
               [=](const Callback<void(int, std::optional<std::string>)>& f) { log(f); });
        method("latin1", [](const Callback<void(std::string)>& f) {
            const auto g = f.function<void(const char*)>();
            g("20 \xb0"
              "C");
            g("after");
        });
        method("wide", [](const Callback<void(std::string, std::u16string, std::wstring)>& f) {
            f.function<void(const wchar_t*, const char16_t*, const wchar_t*)>()(
                L"\u00b5V", u"\u00b5V", L"\u00b5V");
        });
    }

    void offer_numbers() {
        method("double_for_int", [](double value, const Callback<int(int)>& f) {
            return f.function<int(double)>()(value);
        });
        method("int64_for_int", [](std::int64_t value, const Callback<int(int)>& f) {
            return f.function<int(long long)>()(value);
        });
        method("int64_for_double", [](std::int64_t value, const Callback<int(double)>& f) {
            return f.function<int(long long)>()(value);
        });
        method("negative_for_unsigned",
               [](const Callback<int(unsigned)>& f) { return f.function<int(int)>()(-1); });
        method("result", [](const Callback<double()>& f) { return f.function<int()>()(); });
        method("result64", [](const Callback<std::int64_t()>& f) { return f.function<int()>()(); });
        method("bools", [](const Callback<bool(bool)>& f) { return f.function<int(int)>()(2); });
    }
};

}  // namespace

BRIDGE32_PLUGIN(CFunctions)
