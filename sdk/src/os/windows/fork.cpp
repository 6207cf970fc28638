#include "os/fork.hpp"

#include <windows.h>

#include <utility>

#include "os/windows/api.hpp"

namespace bridge32::os {

namespace {
constinit const std::atomic<std::uint32_t> only_process{1};
}

void keep_copy(void* /*object*/) noexcept {}

OwnerProcess::OwnerProcess() : word_(&only_process), number_(1) {}

OwnHandle::OwnHandle(NativeHandle handle) noexcept : handle_(handle) {}

OwnHandle::OwnHandle(OwnHandle&& other) noexcept
    : handle_(std::exchange(other.handle_, kNoHandle)) {}

OwnHandle& OwnHandle::operator=(OwnHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
}

bool OwnHandle::intact() const noexcept { return handle_ != kNoHandle; }

OwnHandle::~OwnHandle() {
    if (handle_ != kNoHandle) ::CloseHandle(as_handle(handle_));
}

}  // namespace bridge32::os
