#include "tool/headers/parameter_names.hpp"

#include <array>
#include <cctype>
#include <set>

namespace bridge32::tool {

namespace {

/// Words that name a number of elements or bytes.
constexpr std::array<std::string_view, 12> kLengthWords{"length", "len",   "size", "count",
                                                        "cnt",    "bytes", "num",  "capacity",
                                                        "cch",    "cb",    "sz",   "number"};

/// "buf", from "lpBuffer", "p_buf", "pszText".
std::string stem(const std::string& name) {
    std::string text = name;
    for (const std::string_view prefix : {"lpcstr", "lpwstr", "lpstr", "lpsz", "psz", "lpv", "lpb",
                                          "lp", "pv", "pb", "sz", "dw", "ul", "u", "p"}) {
        if (text.starts_with(prefix) && text.size() > prefix.size() &&
            (std::isupper(static_cast<unsigned char>(text[prefix.size()])) != 0 ||
             text[prefix.size()] == '_')) {
            text.erase(0, prefix.size());
            break;
        }
    }
    return lower(text);
}

}  // namespace

std::string lower(std::string_view text) {
    std::string result;
    for (const char c : text)
        if (c != '_') result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

bool is_length(std::string_view name) {
    static const std::set<std::string, std::less<>> kWhole{
        "n",          "len",       "length",   "size",     "count",      "num",     "cnt",
        "nbytes",     "nbyte",     "bytes",    "nmemb",    "nitems",     "nelem",   "nelems",
        "nelements",  "cb",        "cch",      "sz",       "buflen",     "bufsize", "bufferlength",
        "buffersize", "bufferlen", "datalen",  "datasize", "datalength", "maxlen",  "maxlength",
        "maxsize",    "maxcount",  "capacity", "npoints",  "nsamples",   "nvalues", "numbytes",
        "bytecount",  "arraysize", "arraylen", "nframes",  "frames"};
    const std::string plain = lower(name);
    if (kWhole.contains(plain) || plain.find("numberofbytes") != std::string::npos) return true;
    // Hungarian: dwSize, nLength, uCount, cbData, cchText.
    for (const std::string_view prefix : {"dw", "n", "u", "ul", "i", "c", "w", "l", "h", "p", "pdw",
                                          "pcb", "lpdw", "lpn", "lpcb", "pcch"}) {
        if (plain.size() > prefix.size() + 1 && plain.starts_with(prefix) &&
            kWhole.contains(plain.substr(prefix.size())))
            return true;
    }
    return (name.starts_with("cb") || name.starts_with("cch")) && name.size() > 3 &&
           std::isupper(static_cast<unsigned char>(name[name.starts_with("cch") ? 3 : 2])) != 0;
}

bool is_length_of(const std::string& length, const std::string& array) {
    const std::string whole = stem(length);
    const std::string of = stem(array);
    if (of.empty() || whole == of) return false;
    // "sourceLen" is of "source"; "dictLength" is of "dictionary", too.
    const auto named = [&](std::string_view rest) {
        return rest.size() >= 3 && (of.starts_with(rest) || rest == of);
    };
    for (const std::string_view word : kLengthWords) {
        if (whole.ends_with(word) && named(whole.substr(0, whole.size() - word.size())))
            return true;
        if (whole.starts_with(word) && named(whole.substr(word.size()))) return true;
    }
    return (whole.starts_with('n') || whole.starts_with('c')) && whole.substr(1) == of;
}

bool is_stride(const std::string& name) {
    const std::string plain = lower(name);
    return plain.find("stride") != std::string::npos ||
           (plain.starts_with("inc") && plain.size() <= 5) ||
           (plain.starts_with("ld") && plain.size() <= 3) || plain == "step" || plain == "tda";
}

bool looks_like_array(const std::string& name) {
    const std::string plain = lower(name);
    for (const std::string_view word : {"array", "vector", "list", "table", "buf", "matrix"})
        if (plain.find(word) != std::string::npos) return true;
    return false;
}

bool is_user_data(const std::string& name) {
    const std::string plain = lower(name);
    if (plain.empty()) return true;
    for (const std::string_view word :
         {"user", "data", "arg", "context", "ctx", "param", "closure", "opaque", "cookie", "priv",
          "client", "instance", "desc", "handle", "self", "ptr", "refcon", "app", "pv"})
        if (plain.find(word) != std::string::npos) return true;
    return false;
}

}  // namespace bridge32::tool
