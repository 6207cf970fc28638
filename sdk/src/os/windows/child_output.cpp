#include "os/child_output.hpp"

#include <windows.h>

#include <vector>

namespace bridge32::os {

namespace {

// After the child's end a pipe holds what it held then; only a grandchild can add to it. This
// bounds how much of that is read.
constexpr int kLastReads = 64;
constexpr DWORD kReadBytes = 64 * 1024;

using Sink = std::function<void(Output, std::string_view)>;

/// One pipe, and the read that is under way in it.
class Reader {
public:
    Reader(NativeHandle pipe, Output output, const Sink& sink)
        : pipe_(reinterpret_cast<HANDLE>(pipe)),
          output_(output),
          sink_(sink),
          event_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)),
          buffer_(kReadBytes) {
        start();
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    /// The system must not write to the buffer afterwards.
    ~Reader() {
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
    Reader out(child.out(), Output::kOut, sink);
    Reader err(child.err(), Output::kErr, sink);
    for (;;) {
        std::vector<HANDLE> awaited{reinterpret_cast<HANDLE>(child.handle().native())};
        std::vector<Reader*> readers;
        for (Reader* reader : {&out, &err}) {
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
