// HRESULTs as exceptions.
#pragma once

#include <string>

#include "windows.hpp"

namespace com {

/// "0x80020006"
std::string hex(HRESULT result);

/// "Class not registered, 0x80040154"; only the number if Windows has no text for it. Run-time
/// errors of scripts have that number as well.
std::string describe(HRESULT result);

/// Throws bridge32::RemoteError of type "HRESULT 0x…"; `what` failed.
[[noreturn]] void fail(HRESULT result, const std::string& what);

inline void check(HRESULT result, const std::string& what) {
    if (FAILED(result)) {
        fail(result, what);
    }
}

/// Filled in by Invoke; owns the texts.
struct ExceptionInfo : EXCEPINFO {
    ExceptionInfo() noexcept : EXCEPINFO{} {}
    ExceptionInfo(const ExceptionInfo&) = delete;
    ExceptionInfo& operator=(const ExceptionInfo&) = delete;
    ~ExceptionInfo() { clear(); }

    void clear() noexcept {
        for (BSTR text : {bstrSource, bstrDescription, bstrHelpFile}) {
            ::SysFreeString(text);
        }
        static_cast<EXCEPINFO&>(*this) = {};
    }
};

/// Explains a failed Invoke, which filled in `info`; `argument` counts from the last one, as Invoke
/// does. Throws InvalidArgument, MethodNotFound, or as `fail`; an exception of the component with
/// its own code and description.
[[noreturn]] void fail_invoke(HRESULT result, const std::string& what, ExceptionInfo& info,
                              unsigned argument, unsigned arguments);

}  // namespace com
