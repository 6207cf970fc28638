#include "os/thread_exit.hpp"

#include <vector>

namespace bridge32::os {

namespace {

struct Duty {
    void (*destroy)(void*) noexcept;
    void* object;
};

struct Duties {
    std::vector<Duty> list;

    Duties() = default;
    Duties(const Duties&) = delete;
    Duties& operator=(const Duties&) = delete;
    ~Duties() {
        for (const auto& duty : list)
            duty.destroy(duty.object);
    }
};

}  // namespace

void at_thread_exit(void (*destroy)(void*) noexcept, void* object) {
    thread_local Duties duties;
    duties.list.push_back({destroy, object});
}

}  // namespace bridge32::os
