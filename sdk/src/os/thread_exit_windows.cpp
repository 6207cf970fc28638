#include <windows.h>

#include <memory>

#include "os/thread_exit.hpp"

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

}  // namespace

/// The system calls `run` with what the thread has stored at `index`.
void at_thread_exit(void (*destroy)(void*) noexcept, void* object) {
    static const DWORD index = ::FlsAlloc(run);
    auto duty =
        std::make_unique<Duty>(Duty{destroy, object, static_cast<Duty*>(::FlsGetValue(index))});
    if (::FlsSetValue(index, duty.get()) != 0) static_cast<void>(duty.release());
}

}  // namespace bridge32::os
