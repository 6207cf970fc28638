// nlohmann/json as the judge of the codec: what it makes of a text, the codec must make of it too.
#pragma once

#include <bridge32/codec.hpp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace bridge32::test {

/// An integer of more than 64 bits is no untyped value of ours; nlohmann/json makes a double of it.
/// Compares acceptance, and the values that the codec reads into each type, bit for bit.
class Oracle {
public:
    /// What is wrong, empty when nothing is. Of what nlohmann/json accepts the codec refuses: what
    /// is nested too deep, and what begins with a byte order mark. To nlohmann/json a zero byte is
    /// the end of the text, which is nothing to compare with then.
    static std::string complaint(std::string_view text) {
        if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) {
            return {};
        }
        const Json judged = Json::parse(text, nullptr, false);
        std::string_view value;
        try {
            Reader reader(text);
            value = reader.skip_value();
            reader.finish();
        } catch (const CodecError& e) {
            if (is_too_deep(e) || judged.is_discarded()) return {};
            return "it is JSON, but refused: " + std::string(e.what());
        }
        if (judged.is_discarded()) return "it is no JSON, but accepted";
        Oracle oracle;
        oracle.compare(value, judged);
        return oracle.complaint_;
    }

private:
    static bool is_too_deep(const CodecError& e) {
        return std::string_view(e.what()).find("too deep") != std::string_view::npos;
    }
    static bool is_written_as_integer(std::string_view text) {
        return text.find_first_of(".eE") == std::string_view::npos;
    }

    template <class T>
    static std::optional<T> integer(std::string_view text, const Json& judged) {
        if (judged.is_number_unsigned()) {
            const auto value = judged.get<std::uint64_t>();
            return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
        }
        if (judged.is_number_integer()) {
            const auto value = judged.get<std::int64_t>();
            return std::in_range<T>(value) ? std::optional(static_cast<T>(value)) : std::nullopt;
        }
        if (!judged.is_number_float() || is_written_as_integer(text)) return std::nullopt;
        const auto value = judged.get<double>();
        const double end = std::ldexp(1.0, std::numeric_limits<T>::digits);
        const double begin = std::is_signed_v<T> ? -end : 0;
        const bool fits = value >= begin && value < end && value == std::trunc(value);
        return fits ? std::optional(static_cast<T>(value)) : std::nullopt;
    }

    template <class T>
    static std::optional<T> real(std::string_view text, const Json& judged) {
        if (!judged.is_number()) return std::nullopt;
        const std::string terminated(text);
        T value{};
        if constexpr (std::is_same_v<T, float>) {
            value = std::strtof(terminated.c_str(), nullptr);
        } else if (judged.is_number_float()) {
            value = judged.get<double>();
        } else {
            value = std::strtod(terminated.c_str(), nullptr);
        }
        if (std::isinf(value)) return std::nullopt;
        if (!is_written_as_integer(text)) return value;
        char digits[400];
        std::snprintf(digits, sizeof digits, "%.0f", static_cast<double>(value));
        return text == digits ? std::optional(value) : std::nullopt;
    }

    template <class T>
    static std::optional<T> expected(std::string_view text, const Json& judged) {
        if constexpr (std::is_same_v<T, bool>) {
            return judged.is_boolean() ? std::optional(judged.get<bool>()) : std::nullopt;
        } else if constexpr (std::is_integral_v<T>) {
            return integer<T>(text, judged);
        } else if constexpr (std::is_floating_point_v<T>) {
            return real<T>(text, judged);
        } else {
            return judged.is_string() ? std::optional(judged.get<T>()) : std::nullopt;
        }
    }

    template <class T>
    static bool same(const T& a, const T& b) {
        if constexpr (std::is_floating_point_v<T>) {
            return a == b && std::signbit(a) == std::signbit(b);  // JSON has no NaN
        } else {
            return a == b;
        }
    }

    void complain(std::string_view what, std::string_view text) {
        if (complaint_.empty()) complaint_ = std::string(what) + ": " + std::string(text);
    }

    template <class T>
    void compare_as(std::string_view text, const std::optional<T>& judged, const char* type) {
        std::optional<T> read;
        try {
            read = decode<T>(text, {});
        } catch (const CodecError&) {
        }
        if (read.has_value() != judged.has_value()) {
            complain(std::string(read ? "accepted as " : "refused as ") + type, text);
        } else if (read && !same(*read, *judged)) {
            complain(std::string("another value as ") + type, text);
        }
    }
    template <class T>
    void compare_as(std::string_view text, const Json& judged, const char* type) {
        compare_as(text, expected<T>(text, judged), type);
    }

    /// A JSON array as a std::vector<T>: all of its elements are such, or it is none.
    template <class T>
    void compare_elements(std::string_view text, const Json& judged,
                          const std::vector<std::string_view>& elements, const char* type) {
        std::optional<std::vector<T>> values(std::in_place);
        for (std::size_t i = 0; i < elements.size() && values; ++i) {
            const auto value = expected<T>(elements[i], judged[i]);
            value ? values->push_back(*value) : values.reset();
        }
        std::optional<std::vector<T>> read;
        try {
            read = decode<std::vector<T>>(text, {});
        } catch (const CodecError&) {
        }
        bool equal = read.has_value() == values.has_value();
        for (std::size_t i = 0; equal && values && i < values->size(); ++i) {
            equal = read->size() == values->size() && same<T>((*read)[i], (*values)[i]);
        }
        if (!equal) complain(std::string("another array of ") + type, text);
    }

    void compare_array(std::string_view text, const Json& judged) {
        std::vector<std::string_view> elements;
        Reader reader(text);
        reader.enter_array();
        while (reader.next_element()) {
            elements.push_back(reader.skip_value());
        }
        if (elements.size() != judged.size()) return complain("another number of elements", text);
        bool has_objects = false;  // which may be tagged numbers
        for (std::size_t i = 0; i < elements.size(); ++i) {
            compare(elements[i], judged[i]);
            has_objects = has_objects || judged[i].is_object();
        }
        if (has_objects) return;
        compare_elements<double>(text, judged, elements, "double");
        compare_elements<float>(text, judged, elements, "float");
        compare_elements<std::int64_t>(text, judged, elements, "int64");
        compare_elements<std::uint16_t>(text, judged, elements, "uint16");
        compare_elements<std::string>(text, judged, elements, "string");
    }

    void compare_object(std::string_view text, const Json& judged) {
        std::map<std::string, std::string_view> members;  // of two with one name the last
        std::string scratch;
        Reader reader(text);
        reader.enter_object();
        while (const auto key = reader.next_key(scratch)) {
            has_tags_ = has_tags_ || key->starts_with('$');
            const std::string name(*key);
            members[name] = reader.skip_value();
        }
        if (members.size() != judged.size()) return complain("another number of members", text);
        for (const auto& [name, value] : members) {
            if (!judged.contains(name)) return complain("another name of a member", text);
            compare(value, judged[name]);
        }
    }

    void compare(std::string_view text, const Json& judged) {
        if (judged.is_array()) compare_array(text, judged);
        if (judged.is_object()) compare_object(text, judged);
        if (!judged.is_object()) {
            compare_as<bool>(text, judged, "bool");
            compare_as<std::int8_t>(text, judged, "int8");
            compare_as<std::uint8_t>(text, judged, "uint8");
            compare_as<std::int16_t>(text, judged, "int16");
            compare_as<std::uint16_t>(text, judged, "uint16");
            compare_as<std::int32_t>(text, judged, "int32");
            compare_as<std::uint32_t>(text, judged, "uint32");
            compare_as<std::int64_t>(text, judged, "int64");
            compare_as<std::uint64_t>(text, judged, "uint64");
            compare_as<float>(text, judged, "float");
            compare_as<double>(text, judged, "double");
            compare_as<std::string>(text, judged, "string");
        }
        if (!has_tags_) compare_untyped(text, judged);
    }

    void compare_untyped(std::string_view text, const Json& judged) {
        try {
            // The text tells numbers' types and signs, which == does not.
            if (decode<Json>(text, {}).dump() != judged.dump()) complain("another value", text);
        } catch (const CodecError& e) {
            const std::string_view what = e.what();
            const bool too_large = what.find("does not fit 64 bits") != std::string_view::npos;
            // nlohmann/json forgets a member when another of its name follows.
            const bool hidden_tag = what.find("tag") != std::string_view::npos;
            if (!is_too_deep(e) && !too_large && !hidden_tag)
                complain("refused as an untyped value", text);
        }
    }

    bool has_tags_ = false;  // somewhere in what has been compared
    std::string complaint_;
};

}  // namespace bridge32::test
