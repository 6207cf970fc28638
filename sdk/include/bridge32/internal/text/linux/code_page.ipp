// Conversion of text by glibc's iconv. Included by code_page.ipp.
#pragma once

#include <iconv.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bridge32::detail {

/// There is no such thing here. Old libraries and their files mostly mean this one.
BRIDGE32_DETAIL_CODEC std::uint32_t system_code_page() noexcept { return 1252; }

/// What iconv calls a code page.
BRIDGE32_DETAIL_CODEC std::string iconv_name(std::uint32_t page) {
    if (page >= 28591 && page <= 28606) {
        return "ISO-8859-" + std::to_string(page - 28590);
    }
    switch (page) {
        case 10000:
            return "MACINTOSH";
        case 20127:
            return "ASCII";
        case 20866:
            return "KOI8-R";
        case 21866:
            return "KOI8-U";
        case 51932:
            return "EUC-JP";
        case 51949:
            return "EUC-KR";
        case 54936:
            return "GB18030";
        default:
            return "CP" + std::to_string(page);
    }
}

class Iconv {
public:
    Iconv(const std::string& to, const std::string& from, std::uint32_t page)
        : handle_(::iconv_open(to.c_str(), from.c_str())) {
        if (reinterpret_cast<std::intptr_t>(handle_) == -1) {
            throw CodecError(
                "this system cannot convert code page " + std::to_string(page) +
                ": the page is unknown, or glibc's gconv modules are not installed for " +
                (sizeof(void*) == 4 ? "32-bit programs (Debian: libc6-i386; Fedora: "
                                      "glibc-gconv-extra.i686)"
                                    : "64-bit programs (Debian: libc6; Fedora: "
                                      "glibc-gconv-extra)"));
        }
    }
    Iconv(const Iconv&) = delete;
    Iconv& operator=(const Iconv&) = delete;
    ~Iconv() { ::iconv_close(handle_); }

    /// Converts `text`, and returns how much of it could be.
    std::size_t convert(std::string_view text, std::string& out) {
        char* at = const_cast<char*>(text.data());  // which iconv does not write to
        std::size_t left = text.size();
        return step(&at, &left, out) && step(nullptr, nullptr, out) ? text.size()
                                                                    : text.size() - left;
    }

private:
    bool step(char** at, std::size_t* left, std::string& out) {
        std::array<char, 512> buffer;
        for (;;) {
            char* to = buffer.data();
            std::size_t room = buffer.size();
            const bool done =
                ::iconv(handle_, at, left, &to, &room) != static_cast<std::size_t>(-1);
            const int error = errno;
            out.append(buffer.data(), to);
            if (done || error != E2BIG) {
                return done;
            }
        }
    }

    iconv_t handle_;
};

BRIDGE32_DETAIL_CODEC std::string system_to_utf8(std::string_view bytes, std::uint32_t page) {
    std::string out;
    const std::size_t done = Iconv("UTF-8", iconv_name(page), page).convert(bytes, out);
    if (done != bytes.size()) {
        throw_no_character(bytes[done], done, page);
    }
    return out;
}

BRIDGE32_DETAIL_CODEC std::string system_from_utf8(std::string_view text, std::uint32_t page) {
    std::string out;
    const std::size_t done = Iconv(iconv_name(page), "UTF-8", page).convert(text, out);
    if (done != text.size()) {
        throw_not_in_page(character_at(text, done), done, page);
    }
    return out;
}

}  // namespace bridge32::detail
