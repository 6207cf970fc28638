#include "os/thread_exit.hpp"

#include <windows.h>

#include <memory>

namespace bridge32::os {

namespace {

struct Duty {
    void (*destroy)(void*) noexcept;
    void* object;
    Duty* next;
};

void WINAPI run(void* first) {
    for (auto* duty = static_cast<Duty*>(first); duty != nullptr;) {
        const std::unique_ptr<Duty> done(duty);
        duty = duty->next;
        done->destroy(done->object);
    }
}

/// The system calls `run` with what the thread has stored there. So this module must stay, also
/// when the program frees it while such threads live.
DWORD allocate_index() {
    HMODULE self = nullptr;
    ::GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                         reinterpret_cast<const wchar_t*>(&run), &self);
    return ::FlsAlloc(run);
}

}  // namespace

void at_thread_exit(void (*destroy)(void*) noexcept, void* object) {
    static const DWORD index = allocate_index();
    auto duty =
        std::make_unique<Duty>(Duty{destroy, object, static_cast<Duty*>(::FlsGetValue(index))});
    if (::FlsSetValue(index, duty.get()) != 0) static_cast<void>(duty.release());
}

}  // namespace bridge32::os
