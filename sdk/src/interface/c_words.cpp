#include "interface/c_words.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace bridge32::interfaces {

namespace {

struct WordMeaning {
    std::string_view word;
    Convention convention;
};

constexpr WordMeaning kConventionWords[]{{"__stdcall", Convention::stdcall},
                                         {"_stdcall", Convention::stdcall},
                                         {"WINAPI", Convention::stdcall},
                                         {"CALLBACK", Convention::stdcall},
                                         {"APIENTRY", Convention::stdcall},
                                         {"PASCAL", Convention::stdcall},
                                         {"STDMETHODCALLTYPE", Convention::stdcall},
                                         {"STDAPICALLTYPE", Convention::stdcall},
                                         {"__cdecl", Convention::cdecl_},
                                         {"_cdecl", Convention::cdecl_},
                                         {"WINAPIV", Convention::cdecl_},
                                         {"CDECL", Convention::cdecl_},
                                         {"__fastcall", Convention::fastcall},
                                         {"_fastcall", Convention::fastcall},
                                         {"__thiscall", Convention::thiscall}};

/// Without the underscores of `__stdcall__`.
constexpr WordMeaning kConventionNames[]{{"cdecl", Convention::cdecl_},
                                         {"stdcall", Convention::stdcall},
                                         {"fastcall", Convention::fastcall},
                                         {"thiscall", Convention::thiscall}};

/// Words that change neither a layout nor a call.
constexpr std::string_view kIgnored[]{
    "volatile",  "__volatile__", "restrict",   "__restrict",    "__restrict__",  "register",
    "inline",    "__inline",     "__inline__", "__forceinline", "__extension__", "_Noreturn",
    "FAR",       "NEAR",         "__ptr32",    "__ptr64",       "__unaligned",   "__w64",
    "_Nullable", "_Nonnull",     "auto"};

constexpr std::string_view kIgnoredAttributes[]{"deprecated",
                                                "const",
                                                "pure",
                                                "nonnull",
                                                "format",
                                                "format_arg",
                                                "visibility",
                                                "malloc",
                                                "warn_unused_result",
                                                "noreturn",
                                                "nothrow",
                                                "unused",
                                                "used",
                                                "sentinel",
                                                "returns_nonnull",
                                                "alloc_size",
                                                "alloc_align",
                                                "dllimport",
                                                "dllexport",
                                                "may_alias",
                                                "leaf",
                                                "cold",
                                                "hot",
                                                "weak",
                                                "always_inline",
                                                "noinline",
                                                "noclone",
                                                "access",
                                                "artificial",
                                                "gnu_inline",
                                                "selectany",
                                                "novtable",
                                                "uuid",
                                                "restrict",
                                                "noalias",
                                                "allocator",
                                                "fallthrough",
                                                "null_terminated_string_arg",
                                                "no_instrument_function"};

constexpr std::string_view kTypeWords[]{
    "void",       "char", "short", "int",      "long",   "float",   "double",  "signed", "unsigned",
    "__signed__", "bool", "_Bool", "_Complex", "__int8", "__int16", "__int32", "__int64"};

template <class Words>
bool is_one_of(std::string_view word, const Words& words) {
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

template <class Words>
std::optional<Convention> meaning_of(std::string_view word, const Words& words) {
    for (const WordMeaning& known : words) {
        if (word == known.word) return known.convention;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Convention> convention_of_word(std::string_view word) noexcept {
    return meaning_of(word, kConventionWords);
}

std::optional<Convention> convention_of_name(std::string_view word) noexcept {
    return meaning_of(word, kConventionNames);
}

bool is_type_word(std::string_view word) noexcept { return is_one_of(word, kTypeWords); }

bool is_ignored_word(std::string_view word) noexcept { return is_one_of(word, kIgnored); }

bool is_ignored_attribute(std::string_view word) noexcept {
    return is_one_of(word, kIgnoredAttributes);
}

bool is_const_word(std::string_view word) noexcept {
    return word == "const" || word == "CONST" || word == "__const";
}

bool is_keyword(std::string_view word) noexcept {
    static constexpr std::string_view kOthers[]{
        "const",  "struct",  "union",         "enum",       "typedef",  "extern",
        "static", "sizeof",  "__attribute__", "__declspec", "_Alignas", "alignas",
        "if",     "else",    "for",           "while",      "do",       "switch",
        "case",   "default", "return",        "break",      "continue", "goto"};
    return is_one_of(word, kTypeWords) || is_one_of(word, kOthers);
}

int ScalarWords::of(std::string_view word) const {
    const auto found = count.find(word);
    return found == count.end() ? 0 : found->second;
}

std::optional<Scalar> ScalarWords::scalar() const {
    const int is_long = of("long");
    const bool is_short = of("short") > 0;
    const bool is_unsigned = of("unsigned") > 0;
    const bool is_signed = of("signed") > 0;
    const bool is_complex = of("_Complex") > 0;
    int bases = 0;
    for (const auto& [word, times] : count) {
        const bool modifies = word == "long" || word == "short" || word == "unsigned" ||
                              word == "signed" || word == "_Complex";
        if (times > (word == "long" ? 2 : 1)) return std::nullopt;
        if (!modifies) ++bases;
    }
    if (bases > 1 || (is_signed && is_unsigned) || (is_short && is_long > 0)) {
        return std::nullopt;
    }
    const bool has_sign = is_signed || is_unsigned;
    const bool has_width = is_short || is_long > 0;
    const auto pick = [&](Scalar with_sign, Scalar without) {
        return is_unsigned ? without : with_sign;
    };
    if (of("double") > 0) {
        if (has_sign || is_short || is_long > 1 || (is_complex && is_long > 0)) {
            return std::nullopt;
        }
        if (is_complex) return Scalar::double_complex;
        return is_long > 0 ? Scalar::long_double : Scalar::double_;
    }
    if (of("float") > 0) {
        if (has_sign || has_width) return std::nullopt;
        return is_complex ? Scalar::float_complex : Scalar::float_;
    }
    if (is_complex) return std::nullopt;
    if (of("void") > 0 || of("bool") > 0) {
        if (has_sign || has_width) return std::nullopt;
        return of("void") > 0 ? Scalar::void_ : Scalar::bool_;
    }
    if (of("char") > 0) {
        if (has_width) return std::nullopt;
        return is_signed     ? Scalar::signed_char
               : is_unsigned ? Scalar::unsigned_char
                             : Scalar::char_;
    }
    static constexpr std::array<std::string_view, 4> kSized{"__int8", "__int16", "__int32",
                                                            "__int64"};
    if (std::any_of(kSized.begin(), kSized.end(), [&](auto word) { return of(word) > 0; })) {
        if (has_width) return std::nullopt;
        if (of("__int8") > 0) return pick(Scalar::signed_char, Scalar::unsigned_char);
        if (of("__int16") > 0) return pick(Scalar::short_, Scalar::unsigned_short);
        if (of("__int32") > 0) return pick(Scalar::int_, Scalar::unsigned_int);
        return pick(Scalar::long_long, Scalar::unsigned_long_long);
    }
    if (is_short) return pick(Scalar::short_, Scalar::unsigned_short);
    if (is_long == 1) return pick(Scalar::long_, Scalar::unsigned_long);
    if (is_long == 2) return pick(Scalar::long_long, Scalar::unsigned_long_long);
    return pick(Scalar::int_, Scalar::unsigned_int);
}

}  // namespace bridge32::interfaces
