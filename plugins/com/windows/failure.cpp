#include "failure.hpp"

#include <bridge32/error.hpp>
#include <bridge32/text.hpp>
#include <cstdio>

namespace com {
namespace {

std::string utf8_of(BSTR text) { return bridge32::Wide(text, ::SysStringLen(text)).utf8(); }

/// Windows' message; empty if there is none.
std::string text_of(HRESULT result) {
    wchar_t* text = nullptr;
    const DWORD size = ::FormatMessageW(
        FORMAT_MESSAGE_ALLOCATE_BUFFER | FORMAT_MESSAGE_FROM_SYSTEM |
            FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK,
        nullptr, static_cast<DWORD>(result), 0, reinterpret_cast<wchar_t*>(&text), 0, nullptr);
    std::string utf8 = bridge32::Wide(text, size).utf8();
    ::LocalFree(text);
    utf8.resize(utf8.find_last_not_of(" .\r\n") + 1);
    return utf8;
}

}  // namespace

std::string hex(HRESULT result) {
    char text[16];
    std::snprintf(text, sizeof text, "0x%08lX", static_cast<unsigned long>(result));
    return text;
}

std::string describe(HRESULT result) {
    const std::string text = text_of(result);
    std::string all = text.empty() ? hex(result) : text + ", " + hex(result);
    if (HRESULT_FACILITY(result) == FACILITY_CONTROL) {  // "path not found" is 76 in every Basic
        all += ", run-time error " + std::to_string(HRESULT_CODE(result));
    }
    return all;
}

void fail(HRESULT result, const std::string& what) {
    throw bridge32::RemoteError("HRESULT " + hex(result), what + ": " + describe(result), "");
}

void fail_invoke(HRESULT result, const std::string& what, ExceptionInfo& info, unsigned argument,
                 unsigned arguments) {
    const auto position = [&] { return std::to_string(arguments - argument); };
    switch (result) {
        case DISP_E_EXCEPTION: {
            if (info.pfnDeferredFillIn != nullptr) {
                info.pfnDeferredFillIn(&info);
            }
            // Old Visual Basic components return the number of a run-time error instead.
            const HRESULT code = info.scode != 0
                                     ? info.scode
                                     : MAKE_HRESULT(SEVERITY_ERROR, FACILITY_CONTROL, info.wCode);
            const std::string source = utf8_of(info.bstrSource);
            std::string description = utf8_of(info.bstrDescription);
            const std::string facts = describe(code) + (source.empty() ? "" : ", from " + source);
            description = description.empty() ? facts : description + " (" + facts + ")";
            throw bridge32::RemoteError("HRESULT " + hex(code), what + ": " + description, "");
        }
        case DISP_E_MEMBERNOTFOUND:
        case DISP_E_UNKNOWNNAME:
            throw bridge32::MethodNotFound(
                what +
                ": the object has no such member, or it cannot be used like this. `members` "
                "lists the members");
        case DISP_E_BADPARAMCOUNT:
            throw bridge32::InvalidArgument(what + ": it does not take " +
                                            std::to_string(arguments) + " arguments");
        case DISP_E_TYPEMISMATCH:
        case DISP_E_OVERFLOW:
        case DISP_E_BADVARTYPE:
            throw bridge32::InvalidArgument(what + ": argument " + position() +
                                            " does not fit: " + describe(result));
        case DISP_E_PARAMNOTOPTIONAL:
            throw bridge32::InvalidArgument(what + ": a required argument is missing");
        case DISP_E_PARAMNOTFOUND:
        case DISP_E_NONAMEDARGS:
            throw bridge32::InvalidArgument(what + ": it does not take these named arguments");
        default:
            fail(result, what);
    }
}

}  // namespace com
