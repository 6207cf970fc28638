#include "support/linux/container.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace bridge32::test {

bool pretend_container() noexcept {
    constexpr auto answer = [](std::uint32_t error) { return SECCOMP_RET_ERRNO | error; };
    constexpr std::uint32_t kFirstRefused = 424;  // pidfd_send_signal, in 32 and 64 bits
    constexpr std::uint32_t kClone3 = 435;
    constexpr std::uint32_t kWipeOnFork = 18;
    constexpr std::uint32_t kMadvise64 = 28;
    constexpr std::uint32_t kMadvise32 = 219;
    constexpr std::uint32_t kMemfd64 = 319;
    constexpr std::uint32_t kMemfd32 = 356;
    constexpr std::uint32_t kThirdArgument = offsetof(seccomp_data, args) + 2 * sizeof(__u64);
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kClone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, answer(ENOSYS)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, kFirstRefused, 8, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMemfd64, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMadvise64, 4, 6),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMemfd32, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMadvise32, 1, 3),
        BPF_STMT(BPF_RET | BPF_K, answer(EPERM)),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kThirdArgument),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kWipeOnFork, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, answer(EPERM)),
    };
    const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
    return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

}  // namespace bridge32::test
