// When a call passed where. Each of client, host and plugin notes the processor's time stamps of
// call after call in a place of its own, which nobody reads before the end: so the notes cost no
// traffic between the processors.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <x86intrin.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace bench {

struct ClientMarks {
    std::uint64_t begin;          ///< of Client::call
    std::uint64_t send_begin;     ///< the request is encoded
    std::uint64_t send_end;       ///< it is in the ring, and the bell rung
    std::uint64_t receive_begin;  ///< the reply was seen
    std::uint64_t receive_end;
    std::uint64_t end;  ///< of Client::call
};
struct HostMarks {
    std::uint64_t receive_begin;  ///< the request was seen
    std::uint64_t receive_end;
    std::uint64_t call_begin;  ///< the plugin's C ABI is called
    std::uint64_t send_begin;  ///< the reply is encoded
    std::uint64_t send_end;
};
struct PluginMarks {
    std::uint64_t begin;  ///< of the method itself
    std::uint64_t end;
};

inline constexpr std::size_t kMarkedCalls = 1U << 16;

struct Marks {
    ClientMarks client[kMarkedCalls];
    HostMarks host[kMarkedCalls];
    PluginMarks plugin[kMarkedCalls];
};

/// The name of the shared memory, in the environment.
inline constexpr const char* kMarksVariable = "BRIDGE32_BENCH_MARKS";

inline Marks& map_marks(const std::string& name, bool make) {
    const int file = ::shm_open(name.c_str(), make ? O_RDWR | O_CREAT | O_EXCL : O_RDWR, 0600);
    if (file < 0) throw std::runtime_error("no shared memory " + name);
    void* memory = MAP_FAILED;
    if (!make || ::ftruncate(file, sizeof(Marks)) == 0) {
        memory = ::mmap(nullptr, sizeof(Marks), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                        file, 0);
    }
    ::close(file);
    if (memory == MAP_FAILED) throw std::runtime_error("cannot map " + name);
    return *static_cast<Marks*>(memory);
}

/// In host and plugin: null when nobody measures.
inline Marks* attached_marks() {
    static Marks* const marks = [] {
        const char* const name = std::getenv(kMarksVariable);
        return name == nullptr ? nullptr : &map_marks(name, false);
    }();
    return marks;
}

inline std::uint64_t now() noexcept { return __rdtsc(); }

}  // namespace bench
