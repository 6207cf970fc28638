// Wraps the library of that name, which leaves the floating-point unit and the stack in disorder.
#include <array>
#include <bridge32/plugin.hpp>
#include <cfenv>
#include <cstdint>
#include <list>
#include <stdexcept>

namespace {

using bridge32::Callback;
using bridge32::Json;

class Unruly : public bridge32::Plugin {
public:
    explicit Unruly(const Json& kwargs) : lib_(kwargs.value("library", "unruly")) {
        for (const char* name : {"set_x87_control_word", "set_mxcsr"})
            method(name, lib_.function<void(std::int32_t)>(name));
        for (const char* name : {"leave_mmx_state", "divide_by_zero"})
            method(name, lib_.function<void()>(name));
        for (const char* name : {"x87_control_word", "mxcsr", "last_error"})
            method(name, lib_.function<std::int32_t()>(name));
        method("fail", lib_.function<std::int32_t(std::int32_t)>("fail"));
        offer_values();
        offer_callbacks();
        offer_jumps();
    }
    ~Unruly() override { lib_.function<void(std::int32_t)>("set_x87_control_word")(0x77f); }

private:
    void offer_values() {
        method("same", [](double x) { return x; });
        method("twice", [](double x) { return x + x; });
        method("round_up_here", [] { return std::fesetround(FE_UPWARD); });
        method("rounds_up_here", [] { return std::fegetround() == FE_UPWARD; });
        method("same_json", [](const Json& x) { return x; });
        method("same_list", [](const std::list<double>& x) { return x; });
        method("unmask_and_throw", [this] {
            lib_.function<void(std::int32_t)>("set_x87_control_word")(0x1332);
            throw std::runtime_error("thrown");
        });
        method("unruly_handle", [this] {
            return handle(this, [this](Unruly*) {
                lib_.function<void(std::int32_t)>("set_x87_control_word")(0x7f);
            });
        });
        method("drop", [](const bridge32::Handle<Unruly>& it) { it.destroy(); });
    }

    void offer_callbacks() {
        using Real = Callback<double(double)>;
        method("round_and_call_back", [this](const Real& f, std::int32_t words, double x) {
            lib_.function<void(std::int32_t)>("set_x87_control_word")(words);
            lib_.function<void(std::int32_t)>("set_mxcsr")(0x1f80 | (words & 0xc00) << 3);
            const double result = f(x);
            return std::array<double, 2>{
                result, double(lib_.function<std::int32_t()>("x87_control_word")())};
        });
        method("fail_and_call_back", [this](const Real& f, std::int32_t error) {
            lib_.function<std::int32_t(std::int32_t)>("fail")(error);
            f(0);
            return lib_.function<std::int32_t()>("last_error")();
        });
#if defined(__i386__)
        using Point = Callback<std::int32_t(std::int32_t, double)>;
        using Shifted = std::int32_t(void*, void*, std::int32_t);
        const auto shifted = lib_.function<Shifted>("call_back_shifted");
        method("with_data", [=](const Point& point, std::int32_t shift) {
            const auto f = point.function<std::int32_t(std::int32_t, double, void*)>();
            return shifted(reinterpret_cast<void*>(f.get()), f.user_data(), shift);
        });
        method("with_data_stdcall", [=](const Point& point, std::int32_t shift) {
            const auto f =
                point.function<std::int32_t BRIDGE32_STDCALL(std::int32_t, double, void*)>();
            return shifted(reinterpret_cast<void*>(f.get()), f.user_data(), shift);
        });
        method("without_data", [=](const Point& point, std::int32_t shift) {
            const auto f = point.function();
            return shifted(reinterpret_cast<void*>(f.get()), nullptr, shift);
        });
        method("own_thunk", [=](const Point& point, std::int32_t shift) {
            return shifted(reinterpret_cast<void*>(thunk), const_cast<Point*>(&point), shift);
        });
#endif
    }

    // [align_stack]
    BRIDGE32_ALIGN_STACK static std::int32_t thunk(std::int32_t i, double x, void* user) {
        return (*static_cast<const Callback<std::int32_t(std::int32_t, double)>*>(user))(i, x);
    }
    // [align_stack end]

    void offer_jumps() {
        using Step = Callback<std::int32_t(std::int32_t)>;
        using C = std::int32_t(std::int32_t, void*);
        method("protected_call", [this](const Step& step, std::int32_t times) {
            const auto f = step.function<C>();
            const auto jumps = lib_.function<std::int32_t(C*, void*, std::int32_t)>(
                "protected_call")(f, f.user_data(), times);
            context().emit("jumped", jumps);  // still the call that was made
            return jumps;
        });
        method("raise_error", lib_.function<void()>("raise_error"));
    }

    bridge32::Library lib_;
};

}  // namespace

BRIDGE32_PLUGIN(Unruly)
