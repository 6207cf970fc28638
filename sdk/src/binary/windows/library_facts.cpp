#include "binary/library_facts.hpp"

#include <windows.h>

#include <cstring>

namespace bridge32::binary {

namespace {

std::string text_of(const VS_FIXEDFILEINFO& info) {
    const auto number = [](DWORD word) { return std::to_string(word); };
    return number(HIWORD(info.dwFileVersionMS)) + "." + number(LOWORD(info.dwFileVersionMS)) + "." +
           number(HIWORD(info.dwFileVersionLS)) + "." + number(LOWORD(info.dwFileVersionLS));
}

/// The fixed part of a version resource; its signature lies after a name, at a multiple of 4.
std::string version_in(HMODULE module) {
    const HRSRC found =
        ::FindResourceW(module, MAKEINTRESOURCEW(VS_VERSION_INFO), MAKEINTRESOURCEW(16));
    const HGLOBAL loaded = found == nullptr ? nullptr : ::LoadResource(module, found);
    const auto* const data =
        static_cast<const char*>(loaded == nullptr ? nullptr : ::LockResource(loaded));
    const std::size_t size = data == nullptr ? 0 : ::SizeofResource(module, found);
    VS_FIXEDFILEINFO info{};
    for (std::size_t at = 0; at + sizeof info <= size; at += 4) {
        std::memcpy(&info, data + at, sizeof info);
        if (info.dwSignature == VS_FFI_SIGNATURE) return text_of(info);
    }
    return {};
}

}  // namespace

// Not with GetFileVersionInfo, which would have every host load version.dll.
std::string library_version(const std::filesystem::path& file) {
    const HMODULE module = ::LoadLibraryExW(
        file.c_str(), nullptr, LOAD_LIBRARY_AS_DATAFILE | LOAD_LIBRARY_AS_IMAGE_RESOURCE);
    if (module == nullptr) return {};
    const std::string version = version_in(module);
    ::FreeLibrary(module);
    return version;
}

}  // namespace bridge32::binary
