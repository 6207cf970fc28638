#include "host32/crash/crash_site.hpp"

#include <fcntl.h>
#include <ucontext.h>
#include <unistd.h>

#include <algorithm>
#include <boost/stacktrace/safe_dump_to.hpp>
#include <cstring>
#include <iterator>
#include <span>
#include <string_view>

#include "host32/crash/crash_report.hpp"

namespace bridge32::host {

namespace {

constexpr std::size_t kHandlersFrames = 16;  // ours, above the one that crashed
constexpr std::size_t kMaxLines = 20'000;

// Not on the stack: there is little of it in a handler.
char lines[8192];
void* walked[wire::kCrashFrames + kHandlersFrames];
std::uint64_t frames[wire::kCrashFrames];
std::uint64_t first_instruction = 0;
std::uint64_t first_stack = 0;

struct Mapping {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool executable = false;
    std::string_view path;
};

std::uint64_t take_hex(std::string_view& text) noexcept {
    std::uint64_t value = 0;
    while (!text.empty()) {
        const char c = text.front();
        const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0) break;
        value = value << 4 | static_cast<unsigned>(digit);
        text.remove_prefix(1);
    }
    return value;
}

/// "begin-end rwxp offset device inode   path"
Mapping parse(std::string_view line) noexcept {
    Mapping mapping;
    mapping.begin = take_hex(line);
    if (!line.empty()) line.remove_prefix(1);
    mapping.end = take_hex(line);
    mapping.executable = line.size() > 3 && line[3] == 'x';
    const std::size_t path = std::min(line.find('/'), line.find('['));
    if (path != std::string_view::npos) mapping.path = line.substr(path);
    return mapping;
}

/// One file's mappings follow each other.
class Modules {
public:
    void add(const Mapping& mapping) noexcept {
        const std::string_view path(path_, path_size_);
        if (mapping.path.empty() || mapping.path != path) {
            flush();
            begin_ = mapping.begin;
            path_size_ = std::min(mapping.path.size(), sizeof path_);
            std::copy_n(mapping.path.begin(), path_size_, path_);
        }
        end_ = mapping.end;
        executable_ = executable_ || mapping.executable;
    }
    void flush() noexcept {
        if (executable_ && path_size_ != 0) {
            crash_report::add_module(begin_, end_, {path_, path_size_});
        }
        executable_ = false;
        path_size_ = 0;
    }

private:
    char path_[4096];
    std::size_t path_size_ = 0;
    std::uint64_t begin_ = 0;
    std::uint64_t end_ = 0;
    bool executable_ = false;
};
Modules modules;

}  // namespace

CrashSite::CrashSite(const void* its_registers) noexcept : registers(its_registers), stack_base(0) {
    const auto& general = static_cast<const ucontext_t*>(registers)->uc_mcontext.gregs;
#if defined(__x86_64__)
    instruction = static_cast<std::uint64_t>(general[REG_RIP]);
    stack = static_cast<std::uint64_t>(general[REG_RSP]);
#else
    instruction = static_cast<std::uint32_t>(general[REG_EIP]);
    stack = static_cast<std::uint32_t>(general[REG_ESP]);
#endif
}

void report_modules() noexcept {
    const int maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    if (maps < 0) return;
    std::size_t held = 0;
    for (std::size_t count = 0; count < kMaxLines;) {
        const ssize_t got = ::read(maps, lines + held, sizeof lines - held);
        if (got <= 0) break;
        held += static_cast<std::size_t>(got);
        std::string_view text(lines, held);
        for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
            modules.add(parse(text.substr(0, end)));
            text.remove_prefix(end + 1);
            ++count;
        }
        held = text.size() < sizeof lines ? text.size() : 0;  // no line is that long
        std::memmove(lines, text.data(), held);
    }
    modules.flush();
    ::close(maps);
    crash_report::publish_modules();
}

void report_backtrace(const CrashSite& site) noexcept {
    first_instruction = site.instruction;
    first_stack = site.stack;
    // It stores each frame as it finds it.
    boost::stacktrace::safe_dump_to(walked, sizeof walked);
    report_walked_frames();
}

void report_walked_frames() noexcept {
    if (first_instruction == 0 && first_stack == 0) return;  // it has not begun
    std::size_t count = 0;
    frames[count++] = first_instruction;
    void** const end = std::find(std::begin(walked), std::end(walked), nullptr);
    void** const crashed = std::find_if(std::begin(walked), end, [](const void* address) {
        return reinterpret_cast<std::uintptr_t>(address) == first_instruction;
    });
    for (void** frame = crashed + 1; frame < end && count < wire::kCrashFrames; ++frame) {
        frames[count++] = reinterpret_cast<std::uintptr_t>(*frame);
    }
    crash_report::publish_backtrace({frames, count});
    if (count > 1 || crash_report::is_code(first_instruction) || first_stack == 0) return;
    // A jump to where there is no code, such as a call of a null pointer: nobody can unwind that,
    // but the call has left its return address on the stack.
    const auto* const top = reinterpret_cast<const std::uintptr_t*>(first_stack);
    first_stack = 0;  // should reading fault, the second fault must not try it again
    frames[count++] = *top;
    if (crash_report::is_code(frames[1])) crash_report::publish_backtrace({frames, count});
}

}  // namespace bridge32::host
