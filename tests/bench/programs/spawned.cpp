// bench_spawned NAME [LIBRARY]: the least that a 32-bit program can do that is started to answer
// through shared memory: one call. With LIBRARY it loads that before, and binds it at once, as the
// host does: a missing symbol is to fail then, and not in the middle of a call.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "contestants/shared_page.hpp"

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) return 2;
    const std::string name = std::string("/") + argv[1];
    const int file = ::shm_open(name.c_str(), O_RDWR, 0);
    if (file < 0) return 1;
    void* const memory =
        ::mmap(nullptr, sizeof(bench::SharedPage), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (memory == MAP_FAILED) return 1;
    auto& page = *static_cast<bench::SharedPage*>(memory);
    while (page.requests.load(std::memory_order_acquire) != 1)
        __builtin_ia32_pause();
    if (argc == 3 && ::dlopen(argv[2], RTLD_NOW | RTLD_LOCAL) == nullptr) return 1;
    page.sum = page.a + page.b;
    page.replies.store(1, std::memory_order_release);
}
