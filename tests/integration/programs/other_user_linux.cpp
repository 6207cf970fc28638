// What another user does:
//
//     other_user_linux run PROGRAM ARGUMENT...
//     other_user_linux swap NAME FILE FILE     until it is killed, or for ten seconds
#include <grp.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace {

constexpr unsigned kNobody = 65534;

/// NAME is a link now to one file, now to the other, now nothing, now one file itself.
void swap(const std::string& name, const char* one, const char* other) {
    const std::string next = name + ".next";
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::puts("ready");
    std::fflush(stdout);
    while (std::chrono::steady_clock::now() < deadline) {
        for (const char* const target : {one, other}) {
            if (::symlink(target, next.c_str()) == 0) std::rename(next.c_str(), name.c_str());
        }
        ::unlink(name.c_str());
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || ::setgroups(0, nullptr) != 0 || ::setgid(kNobody) != 0 ||
        ::setuid(kNobody) != 0) {
        return 1;
    }
    if (std::string(argv[1]) == "swap" && argc == 5) {
        swap(argv[2], argv[3], argv[4]);
        return 0;
    }
    ::execv(argv[2], argv + 2);
    return 1;
}
