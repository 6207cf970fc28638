#include "os/process.hpp"

#include <windows.h>

#include <fcntl.h>
#include <io.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <utility>
#include <vector>

#include "base/names.hpp"
#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/segment.hpp"
#include "os/windows/api.hpp"
#include "os/windows/command_line.hpp"

namespace bridge32::os {

namespace {

// What kill() leaves as the exit code: no code that a program of its own accord would.
constexpr UINT kKilled = 0xE0B3'2DED;
constexpr DWORD kPipeBytes = 64 * 1024;

/// A handle that is closed on every path out.
class OwnedHandle {
public:
    explicit OwnedHandle(HANDLE handle) noexcept : handle_(handle) {}
    OwnedHandle(const OwnedHandle&) = delete;
    OwnedHandle& operator=(const OwnedHandle&) = delete;
    ~OwnedHandle() {
        if (valid()) ::CloseHandle(handle_);
    }
    bool valid() const noexcept { return handle_ != nullptr && handle_ != INVALID_HANDLE_VALUE; }
    HANDLE get() const noexcept { return handle_; }
    HANDLE take() noexcept { return std::exchange(handle_, nullptr); }

private:
    HANDLE handle_;
};

HANDLE open_for_child(const wchar_t* name, DWORD access) {
    SECURITY_ATTRIBUTES inherited{sizeof(SECURITY_ATTRIBUTES), nullptr, TRUE};
    return ::CreateFileW(name, access, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited,
                         OPEN_EXISTING, 0, nullptr);
}

/// A pipe for the child's output. An anonymous one cannot be waited for together with the
/// child's end; a named one can be read in the background.
struct Pipe {
    std::wstring name = L"\\\\.\\pipe\\" + wide(unguessable_name());
    OwnedHandle read{::CreateNamedPipeW(
        name.c_str(), PIPE_ACCESS_INBOUND | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 0,
        kPipeBytes, 0, user_only())};
    OwnedHandle write{open_for_child(name.c_str(), GENERIC_WRITE)};

    Pipe() {
        if (!read.valid() || !write.valid()) {
            throw Error("cannot create a pipe for the host's output: " +
                        windows_message(::GetLastError()));
        }
    }
};

/// Names the handles that the child inherits; without it, it would get all that others of this
/// process's threads are just handing to children of theirs.
class InheritedHandles {
public:
    explicit InheritedHandles(std::vector<HANDLE> handles) : handles_(std::move(handles)) {
        SIZE_T size = 0;
        ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);
        memory_.resize((size + sizeof(void*) - 1) / sizeof(void*));
        if (::InitializeProcThreadAttributeList(list(), 1, 0, &size) == 0 ||
            ::UpdateProcThreadAttribute(list(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
                                        handles_.data(), handles_.size() * sizeof(HANDLE), nullptr,
                                        nullptr) == 0) {
            throw Error("cannot prepare to start a process: " + windows_message(::GetLastError()));
        }
    }
    InheritedHandles(const InheritedHandles&) = delete;
    InheritedHandles& operator=(const InheritedHandles&) = delete;
    ~InheritedHandles() { ::DeleteProcThreadAttributeList(list()); }

    LPPROC_THREAD_ATTRIBUTE_LIST list() noexcept {
        return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data());
    }

private:
    std::vector<HANDLE> handles_;
    std::vector<void*> memory_;
};

/// The job that ends our children when this process ends: its one handle is never closed but by
/// the system, however we end. Null where the system refuses one.
HANDLE job_of_children() {
    static const HANDLE job = [] {
        const HANDLE made = ::CreateJobObjectW(nullptr, nullptr);
        JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
        limits.BasicLimitInformation.LimitFlags =
            JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_BREAKAWAY_OK;
        if (made != nullptr) {
            ::SetInformationJobObject(made, JobObjectExtendedLimitInformation, &limits,
                                      sizeof limits);
        }
        return made;
    }();
    return job;
}

std::string why_not_started(const ProcessOptions& options, DWORD error) {
    std::error_code ignored;
    const std::string start = "cannot start " + utf8(options.executable.native()) + ": ";
    if (!options.working_directory.empty() &&
        !std::filesystem::is_directory(options.working_directory, ignored)) {
        return start + "its working directory " + utf8(options.working_directory.native()) +
               " is not a folder";
    }
    if (error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND) {
        return start + "file not found";
    }
    if (error == ERROR_BAD_EXE_FORMAT || error == ERROR_EXE_MACHINE_TYPE_MISMATCH) {
        return start + windows_message(error) + ": it is not a program for this system";
    }
    return start + windows_message(error);
}

}  // namespace

ProcessHandle ProcessHandle::of(std::uint32_t pid) {
    const HANDLE handle = ::OpenProcess(
        SYNCHRONIZE | PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (handle == nullptr) {
        throw Error("cannot open process " + std::to_string(pid) + ": " +
                    windows_message(::GetLastError()));
    }
    return ProcessHandle(as_native(handle));
}

bool ProcessHandle::wait(std::chrono::milliseconds timeout) const noexcept {
    const auto deadline = deadline_after(timeout);
    for (;;) {
        const auto left = next_wait(deadline);
        const DWORD result =
            ::WaitForSingleObject(as_handle(native()), static_cast<DWORD>(left.count()));
        if (result == WAIT_OBJECT_0) return true;
        if (result != WAIT_TIMEOUT || left < times::kLongestWait) return false;
    }
}

void ProcessHandle::kill() const noexcept { ::TerminateProcess(as_handle(native()), kKilled); }

ChildProcess::ChildProcess(std::uint32_t pid, ProcessHandle handle, NativeHandle out,
                           NativeHandle err) noexcept
    : pid_(pid), handle_(std::move(handle)), out_(out), err_(err) {}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(other.pid_),
      handle_(std::move(other.handle_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      collected_(std::exchange(other.collected_, true)) {}

ChildProcess ChildProcess::start(const ProcessOptions& options) {
    Pipe out;
    Pipe err;
    OwnedHandle in(open_for_child(L"NUL", GENERIC_READ));
    InheritedHandles inherited({in.get(), out.write.get(), err.write.get()});
    STARTUPINFOEXW startup{};
    startup.StartupInfo.cb = sizeof startup;
    startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
    startup.StartupInfo.hStdInput = in.get();
    startup.StartupInfo.hStdOutput = out.write.get();
    startup.StartupInfo.hStdError = err.write.get();
    startup.lpAttributeList = inherited.list();

    std::wstring command = command_line(options.executable.native(), options.arguments);
    std::wstring environment = environment_block(options.environment);
    PROCESS_INFORMATION process{};
    // Suspended, so that it is in the job before it runs. A child that is to outlive us leaves the
    // job that we may be in; where that is not allowed, it stays.
    const auto create = [&](DWORD flags) {
        return ::CreateProcessW(
                   options.executable.c_str(), command.data(), nullptr, nullptr, TRUE,
                   CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT |
                       EXTENDED_STARTUPINFO_PRESENT | flags,
                   environment.data(),
                   options.working_directory.empty() ? nullptr : options.working_directory.c_str(),
                   &startup.StartupInfo, &process) != 0;
    };
    const bool created = options.own_session
                             ? create(CREATE_BREAKAWAY_FROM_JOB | CREATE_NEW_PROCESS_GROUP) ||
                                   create(CREATE_NEW_PROCESS_GROUP)
                             : create(0);
    if (!created) throw Error(why_not_started(options, ::GetLastError()));
    const OwnedHandle thread(process.hThread);
    if (!options.own_session && job_of_children() != nullptr) {
        // Refused inside some jobs of others; then the child's own watch over us has to do.
        ::AssignProcessToJobObject(job_of_children(), process.hProcess);
    }
    ::ResumeThread(process.hThread);
    return {process.dwProcessId, ProcessHandle(as_native(process.hProcess)),
            as_native(out.read.take()), as_native(err.read.take())};
}

ChildProcess::~ChildProcess() {
    if (!collected_) {
        handle_.kill();
        handle_.wait(times::kKillWait);
        collect();
    }
}

ExitStatus ChildProcess::collect() noexcept {
    collected_ = true;
    handle_.wait(times::kKillWait);
    DWORD code = 0;
    if (::GetExitCodeProcess(as_handle(handle_.native()), &code) == 0) return {};
    // NTSTATUS: two set bits say that it is an error, and so no program's own exit code.
    const bool fault = code >> 30 == 3 || code == 0x8000'0003;
    return {true, fault, static_cast<int>(code)};
}

/// The C runtime hands what its descriptors 1 and 2 are to the system as standard handles, too.
void discard_output() noexcept {
    const int nowhere = ::_open("NUL", _O_WRONLY);
    if (nowhere < 0) return;
    for (const int descriptor : {1, 2})
        ::_dup2(nowhere, descriptor);
    ::_close(nowhere);
}

std::uint32_t own_pid() noexcept { return ::GetCurrentProcessId(); }
std::uint32_t parent_pid() noexcept { return 0; }

std::string executable_file(const std::string& name) { return name + ".exe"; }

namespace {

struct ExceptionCode {
    std::uint32_t code;
    const char* name;
    const char* meaning;
};

// The codes of structured exceptions, which a process that dies of one leaves as its exit code;
// as winnt.h and ntstatus.h have them.
constexpr ExceptionCode kExceptionCodes[]{
    {0xC000'0005, "EXCEPTION_ACCESS_VIOLATION", "access to invalid memory"},
    {0xC000'0006, "EXCEPTION_IN_PAGE_ERROR", "a page could not be read from its file"},
    {0xC000'0008, "EXCEPTION_INVALID_HANDLE", "use of a closed handle"},
    {0xC000'0017, "STATUS_NO_MEMORY", "out of memory"},
    {0xC000'001D, "EXCEPTION_ILLEGAL_INSTRUCTION", "illegal instruction"},
    {0xC000'0025, "EXCEPTION_NONCONTINUABLE_EXCEPTION", "continued after a fatal exception"},
    {0xC000'008C, "EXCEPTION_ARRAY_BOUNDS_EXCEEDED", "array index out of bounds"},
    {0xC000'008E, "EXCEPTION_FLT_DIVIDE_BY_ZERO", "floating-point division by zero"},
    {0xC000'0090, "EXCEPTION_FLT_INVALID_OPERATION", "invalid floating-point operation"},
    {0xC000'0091, "EXCEPTION_FLT_OVERFLOW", "floating-point overflow"},
    {0xC000'0094, "EXCEPTION_INT_DIVIDE_BY_ZERO", "integer division by zero"},
    {0xC000'0095, "EXCEPTION_INT_OVERFLOW", "integer overflow"},
    {0xC000'0096, "EXCEPTION_PRIV_INSTRUCTION", "privileged instruction"},
    {0xC000'00FD, "EXCEPTION_STACK_OVERFLOW", "stack overflow"},
    {0xC000'0135, "STATUS_DLL_NOT_FOUND", "a required DLL is missing"},
    {0xC000'0139, "STATUS_ENTRYPOINT_NOT_FOUND", "a required DLL lacks a function"},
    {0xC000'013A, "STATUS_CONTROL_C_EXIT", "ended by Ctrl+C"},
    {0xC000'0142, "STATUS_DLL_INIT_FAILED", "a DLL's initialisation failed"},
    {0xC000'0374, "STATUS_HEAP_CORRUPTION", "heap corruption"},
    {0xC000'0409, "STATUS_STACK_BUFFER_OVERRUN", "stack buffer overrun, or abort()"},
    {0xC000'041D, "STATUS_FATAL_USER_CALLBACK_EXCEPTION", "an exception left a callback"},
    {0x8000'0003, "EXCEPTION_BREAKPOINT", "a breakpoint was reached"},
    {0xE0B3'2DED, "killed", "terminated by another process"},
    {0xE06D'7363, "C++ exception", "an uncaught C++ exception"},
    {0x2047'4343, "C++ exception", "an uncaught C++ exception"},
};

const ExceptionCode* find_exception(int code) {
    for (const auto& entry : kExceptionCodes)
        if (entry.code == static_cast<std::uint32_t>(code)) return &entry;
    return nullptr;
}

}  // namespace

std::string ExitStatus::name() const {
    if (!known) return "unknown";
    if (!by_fault) return "exit code " + std::to_string(code);
    if (const ExceptionCode* entry = find_exception(code)) return entry->name;
    char text[32];
    std::snprintf(text, sizeof text, "exception 0x%08X", static_cast<unsigned>(code));
    return text;
}

std::string ExitStatus::in_words() const {
    if (!known) return "an unknown cause";
    const ExceptionCode* entry = by_fault ? find_exception(code) : nullptr;
    return entry == nullptr ? name() : name() + " (" + entry->meaning + ")";
}

namespace {

// After the child's end a pipe holds what it held then; only a grandchild can add to it. This
// bounds how much of that is read.
constexpr int kLastReads = 64;
constexpr DWORD kReadBytes = 64 * 1024;

using Sink = std::function<void(Output, std::string_view)>;

/// One pipe, and the read that is under way in it.
class PipeReader {
public:
    PipeReader(NativeHandle pipe, Output output, const Sink& sink)
        : pipe_(reinterpret_cast<HANDLE>(pipe)),
          output_(output),
          sink_(sink),
          event_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)),
          buffer_(kReadBytes) {
        start();
    }
    PipeReader(const PipeReader&) = delete;
    PipeReader& operator=(const PipeReader&) = delete;
    /// The system must not write to the buffer afterwards.
    ~PipeReader() {
        if (reading_) {
            ::CancelIoEx(pipe_, &overlapped_);
            DWORD size = 0;
            ::GetOverlappedResult(pipe_, &overlapped_, &size, TRUE);
        }
        ::CloseHandle(event_);
    }

    /// Signalled when the read that is under way has ended.
    HANDLE event() const noexcept { return event_; }
    bool reading() const noexcept { return reading_; }

    /// Hands over what was read, and starts the next read. False at the pipe's end.
    bool finish() {
        DWORD size = 0;
        reading_ = false;
        if (::GetOverlappedResult(pipe_, &overlapped_, &size, TRUE) == 0) return false;
        if (size != 0) sink_(output_, {buffer_.data(), size});
        start();
        return reading_;
    }

    /// Hands over what is still in the pipe.
    void drain() {
        for (int turn = 0; turn < kLastReads && reading_; ++turn) {
            // A read that found something has ended by now; one that waits waits for nobody.
            if (::WaitForSingleObject(event_, 0) != WAIT_OBJECT_0 || !finish()) return;
        }
    }

private:
    void start() {
        overlapped_ = {};
        overlapped_.hEvent = event_;
        ::ResetEvent(event_);
        reading_ = ::ReadFile(pipe_, buffer_.data(), kReadBytes, nullptr, &overlapped_) != 0 ||
                   ::GetLastError() == ERROR_IO_PENDING;
    }

    HANDLE pipe_;
    Output output_;
    const Sink& sink_;
    HANDLE event_;
    std::vector<char> buffer_;
    OVERLAPPED overlapped_{};
    bool reading_ = false;
};

}  // namespace

void read_output_until_exit(const ChildProcess& child, const Sink& sink) {
    PipeReader out(child.out(), Output::kOut, sink);
    PipeReader err(child.err(), Output::kErr, sink);
    for (;;) {
        std::vector<HANDLE> awaited{reinterpret_cast<HANDLE>(child.handle().native())};
        std::vector<PipeReader*> readers;
        for (PipeReader* reader : {&out, &err}) {
            if (!reader->reading()) continue;
            awaited.push_back(reader->event());
            readers.push_back(reader);
        }
        const DWORD which = ::WaitForMultipleObjects(static_cast<DWORD>(awaited.size()),
                                                     awaited.data(), FALSE, INFINITE);
        if (which == WAIT_OBJECT_0 || which >= WAIT_OBJECT_0 + awaited.size()) break;
        readers[which - WAIT_OBJECT_0 - 1]->finish();
    }
    out.drain();
    err.drain();
}

}  // namespace bridge32::os
