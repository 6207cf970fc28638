#include "host32/crash/crash_site.hpp"

#include <windows.h>

#include <winternl.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string_view>

#include "host32/crash/crash_report.hpp"

namespace bridge32::host {

namespace {

constexpr std::size_t kMaxModules = 1000;  // a list in ruins need not end
constexpr std::size_t kMaxScannedBytes = 256 * 1024;

// Not on the stack: there is little of it in a handler.
std::uint64_t frames[wire::kCrashFrames];
std::size_t frame_count = 0;
char name[1024];

std::uint32_t image_bytes(const std::byte* base) noexcept {
    IMAGE_DOS_HEADER dos;
    std::memcpy(&dos, base, sizeof dos);
    IMAGE_NT_HEADERS headers;
    std::memcpy(&headers, base + dos.e_lfanew, sizeof headers);
    return headers.OptionalHeader.SizeOfImage;
}

#if defined(_WIN64)

/// By the tables that every function has.
void walk(const CONTEXT& start, std::uintptr_t /*stack_base*/) noexcept {
    static CONTEXT context;
    context = start;
    while (frame_count < wire::kCrashFrames && (frame_count == 0 || context.Rip != 0)) {
        frames[frame_count++] = context.Rip;
        DWORD64 base = 0;
        auto* const function = ::RtlLookupFunctionEntry(context.Rip, &base, nullptr);
        if (function == nullptr) {
            // A function that calls nothing; or, at the start, a jump to where there is no code.
            if (frame_count > 1) break;
            std::memcpy(&context.Rip, reinterpret_cast<const void*>(context.Rsp),
                        sizeof context.Rip);
            context.Rsp += sizeof context.Rip;
            continue;
        }
        void* handler_data = nullptr;
        DWORD64 establisher = 0;
        ::RtlVirtualUnwind(UNW_FLAG_NHANDLER, base, context.Rip, function, &context, &handler_data,
                           &establisher, nullptr);
    }
}

#else

/// True if a call instruction precedes this address.
bool is_return_address(std::uintptr_t address) noexcept {
    if (!crash_report::is_code(address) || !crash_report::is_code(address - 7)) return false;
    MEMORY_BASIC_INFORMATION memory{};
    constexpr DWORD kExecutable =
        PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY;
    constexpr DWORD kReadable = kExecutable & ~DWORD{PAGE_EXECUTE};
    if (::VirtualQuery(reinterpret_cast<const void*>(address - 7), &memory, sizeof memory) == 0 ||
        (memory.Protect & kReadable) == 0) {
        return false;
    }
    unsigned char code[7];
    std::memcpy(code, reinterpret_cast<const void*>(address - sizeof code), sizeof code);
    const unsigned char* const end = code + sizeof code;
    if (end[-5] == 0xe8) return true;  // call rel32
    // call r/m32: opcode 0xff with /2, and an operand of 0, 1 or 4 further bytes.
    for (const int size : {2, 3, 4, 6, 7}) {
        if (end[-size] == 0xff && (end[-size + 1] & 0x38) == 0x10) return true;
    }
    return false;
}

/// A function in 32-bit code leaves no trace of its frame but the return address: what on the
/// stack looks like one is taken for one. Some may be left from earlier calls.
void walk(const CONTEXT& context, std::uintptr_t top) noexcept {
    frames[frame_count++] = context.Eip;
    std::uintptr_t at = context.Esp & ~std::uintptr_t{3};
    if (at >= top) return;
    const std::uintptr_t end = std::min(top, at + kMaxScannedBytes);
    for (; at + sizeof(std::uint32_t) <= end && frame_count < wire::kCrashFrames; at += 4) {
        std::uint32_t word = 0;
        std::memcpy(&word, reinterpret_cast<const void*>(at), sizeof word);
        if (is_return_address(word)) frames[frame_count++] = word;
    }
}

#endif

}  // namespace

CrashSite::CrashSite(const void* its_registers) noexcept
    : registers(its_registers),
      stack_base(reinterpret_cast<std::uintptr_t>(
          reinterpret_cast<const NT_TIB*>(NtCurrentTeb())->StackBase)) {
    const auto& context = *static_cast<const CONTEXT*>(registers);
#if defined(_WIN64)
    instruction = context.Rip;
    stack = context.Rsp;
#else
    instruction = context.Eip;
    stack = context.Esp;
#endif
}

// The loader's own list, without its lock, which another thread may hold for ever.
void report_modules() noexcept {
    const PEB* const process = NtCurrentTeb()->ProcessEnvironmentBlock;
    const LIST_ENTRY* const head = &process->Ldr->InMemoryOrderModuleList;
    std::size_t count = 0;
    for (const LIST_ENTRY* entry = head->Flink; entry != head && count < kMaxModules;
         entry = entry->Flink, ++count) {
        const auto* const module =
            CONTAINING_RECORD(entry, LDR_DATA_TABLE_ENTRY, InMemoryOrderLinks);
        const auto* const base = static_cast<const std::byte*>(module->DllBase);
        if (base == nullptr) continue;
        const int bytes =
            ::WideCharToMultiByte(CP_UTF8, 0, module->FullDllName.Buffer,
                                  module->FullDllName.Length / static_cast<int>(sizeof(wchar_t)),
                                  name, sizeof name, nullptr, nullptr);
        const auto begin = reinterpret_cast<std::uintptr_t>(base);
        crash_report::add_module(begin, begin + image_bytes(base),
                                 {name, static_cast<std::size_t>(std::max(bytes, 0))});
    }
    crash_report::publish_modules();
}

void report_backtrace(const CrashSite& site) noexcept {
    walk(*static_cast<const CONTEXT*>(site.registers),
         static_cast<std::uintptr_t>(site.stack_base));
    report_walked_frames();
}

void report_walked_frames() noexcept { crash_report::publish_backtrace({frames, frame_count}); }

}  // namespace bridge32::host
