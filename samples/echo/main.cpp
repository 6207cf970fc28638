#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "any_client.hpp"
#include "echo.hpp"
#include "show.hpp"

namespace {

using bridge32::Bytes;
using bridge32::Json;
using bridge32::named;
using bridge32::NdArray;

template <class T>
constexpr T kLowest = std::numeric_limits<T>::lowest();
template <class T>
constexpr T kMost = std::numeric_limits<T>::max();
template <class T>
constexpr T kLeast = std::numeric_limits<T>::denorm_min();
template <class T>
constexpr T kNan = std::numeric_limits<T>::quiet_NaN();
template <class T>
constexpr T kInfinity = std::numeric_limits<T>::infinity();

void show_numbers(const Echo& echo) {
    show(
        "bool", [&](auto x) { return echo.boolean(x); }, true, false);
    show(
        "int8", [&](auto x) { return echo.int8(x); }, kLowest<std::int8_t>, kMost<std::int8_t>);
    show(
        "int16", [&](auto x) { return echo.int16(x); }, kLowest<std::int16_t>, kMost<std::int16_t>);
    show(
        "int32", [&](auto x) { return echo.int32(x); }, kLowest<std::int32_t>, kMost<std::int32_t>);
    show(
        "int64", [&](auto x) { return echo.int64(x); }, kLowest<std::int64_t>, kMost<std::int64_t>);
    show(
        "uint8", [&](auto x) { return echo.uint8(x); }, std::uint8_t{0}, kMost<std::uint8_t>);
    show(
        "uint16", [&](auto x) { return echo.uint16(x); }, std::uint16_t{0}, kMost<std::uint16_t>);
    show(
        "uint32", [&](auto x) { return echo.uint32(x); }, 0U, kMost<std::uint32_t>);
    show(
        "uint64", [&](auto x) { return echo.uint64(x); }, std::uint64_t{0}, kMost<std::uint64_t>);
    show(
        "float32", [&](auto x) { return echo.float32(x); }, 0.1F, -0.0F, kMost<float>,
        kLeast<float>, kNan<float>, kInfinity<float>, -kInfinity<float>);
    show(
        "float64", [&](auto x) { return echo.float64(x); }, 0.1, -0.0, kMost<double>,
        kLeast<double>, kNan<double>, kInfinity<double>, -kInfinity<double>);
    show(
        "complex64", [&](auto x) { return echo.complex64(x); }, std::complex<float>(1.5F, -2),
        std::complex<float>(kNan<float>, kInfinity<float>));
    show(
        "complex128", [&](auto x) { return echo.complex128(x); }, std::complex<double>(0.1, -0.0),
        std::complex<double>(kMost<double>, -kInfinity<double>));
    show(
        "optional_int32", [&](auto x) { return echo.optional_int32(x); },
        std::optional<std::int32_t>(7), std::optional<std::int32_t>());
}

/// All Unicode characters in order, in UTF-8.
std::string all_characters() {
    std::string text;
    const auto add = [&](unsigned byte) { text += static_cast<char>(byte); };
    for (unsigned c = 0; c < 0x110000; ++c) {
        if (c < 0x80) {
            add(c);
        } else if (c < 0x800) {
            add(0xc0 | c >> 6);
            add(0x80 | (c & 0x3f));
        } else if (c < 0xd800 || (c > 0xdfff && c < 0x10000)) {
            add(0xe0 | c >> 12);
            add(0x80 | (c >> 6 & 0x3f));
            add(0x80 | (c & 0x3f));
        } else if (c > 0xffff) {
            add(0xf0 | c >> 18);
            add(0x80 | (c >> 12 & 0x3f));
            add(0x80 | (c >> 6 & 0x3f));
            add(0x80 | (c & 0x3f));
        }
    }
    return text;
}

void show_texts_and_bytes(const Echo& echo) {
    const auto text = [&](const std::string& x) { return echo.text(x); };
    show("text", text, std::string(), std::string("naïve"), std::string("日本語"),
         std::string("🙂"), std::string("a zero\0inside", 13), std::string("\"\\\n"));
    const std::string all = all_characters();
    const bool same = echo.text(all) == all;
    something_is_wrong = something_is_wrong || !same;
    std::cout << "all of Unicode          " << all.size() << " bytes" << (same ? "" : " WRONG")
              << '\n';

    Bytes every_byte(256);
    std::iota(every_byte.begin(), every_byte.end(), std::uint8_t{0});
    show(
        "bytes", [&](const Bytes& x) { return echo.bytes(x); }, Bytes(), every_byte,
        Bytes(10'000'000));
}

void show_nested(const Echo& echo) {
    const auto any = [&](const Json& x) { return echo.any(x); };
    show("null", any, Json());
    show("list", any, Json::array(), Json::parse(R"([1, [2.5, [], ["three", null]], true])"));
    show("object", any, Json::object(),
         Json::parse(R"({"a": {"b": [{"c": -1}], "": false}, "$bytes": {"at": 0}})"));
    show("numbers in them", any, Json{kLowest<std::int64_t>, kMost<std::uint64_t>, kMost<double>});
    echo.nothing();
    std::cout << "nothing                 came back\n";
}

/// Six numbers of that type, including the extreme ones.
template <class T>
std::vector<T> some() {
    return {T(0), T(1), kLowest<T>, kMost<T>, kNan<T>, kInfinity<T>};
}
template <class T>
requires requires { typename T::value_type; }
std::vector<T> some() {
    using Part = typename T::value_type;
    return {T(0, 1),           T(kLowest<Part>, kMost<Part>), T(kNan<Part>, -0.0F),
            T(-1, kNan<Part>), T(kInfinity<Part>, 1),         T(kLeast<Part>, -kInfinity<Part>)};
}

void show_arrays(const Echo& echo) {
    for_each_number_type([&]<class T>() {
        show(
            "array of " + type_name<T>(), [&](const auto& x) { return echo.array(x); },
            NdArray<T>({2, 3}, some<T>()),
            NdArray<T>({3, 1, 2}, some<T>(), bridge32::Order::fortran), NdArray<T>({0, 4}),
            NdArray<T>(std::vector<std::uint64_t>{}));
    });
}

// [generic]
void show_generic_client() {
    const AnyClient c("echo_plugin");
    std::cout << "c[\"int8\"](-5)           " << c["int8"](-5) << '\n'
              << "positional              " << c["arguments"](1, "two", 3.5) << '\n'
              << "named                   "
              << c["arguments"](named({{"c", 3.5}, {"b", "two"}, {"a", 1}})) << '\n'
              << "both                    "
              << c["arguments"](1, named({{"b", std::vector<int>{2, 2}}})) << '\n';
    try {
        c["anything"](1, 2, 3);
    } catch (const bridge32::MethodNotFound& error) {
        std::cout << "c[\"anything\"](1, 2, 3)  " << error.message() << '\n';
    }
    try {
        c["int8"](128);
    } catch (const bridge32::InvalidArgument& error) {
        std::cout << "c[\"int8\"](128)          " << error.message() << '\n';
    }
}
// [generic end]

}  // namespace

int main() {
    {
        const Echo echo;
        show_numbers(echo);
        show_texts_and_bytes(echo);
        show_nested(echo);
        show_arrays(echo);
    }
    show_generic_client();
    return something_is_wrong ? 1 : 0;
}
