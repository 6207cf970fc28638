#include "tool/report/call_result.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "bridge32/error.hpp"
#include "tool/support/files.hpp"

namespace bridge32::tool {

namespace {

constexpr std::size_t kRowsShown = 50;
constexpr std::size_t kColumnsShown = 16;
constexpr std::size_t kBytesShown = 512;
constexpr std::size_t kBytesInRow = 16;

std::string base64(const std::vector<std::uint8_t>& bytes) {
    constexpr const char* kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const auto at = [&](std::size_t n) { return i + n < bytes.size() ? bytes[i + n] : 0U; };
        const unsigned three = at(0) << 16U | at(1) << 8U | at(2);
        text += kDigits[three >> 18U & 63U];
        text += kDigits[three >> 12U & 63U];
        text += i + 1 < bytes.size() ? kDigits[three >> 6U & 63U] : '=';
        text += i + 2 < bytes.size() ? kDigits[three & 63U] : '=';
    }
    return text;
}

/// The elements of an array as nested arrays.
Json nested(const AnyArray& array) {
    detail::ArrayView view;
    view.dtype = array.dtype;
    view.item_size = detail::info(array.dtype).size;
    view.dimension_count = array.shape.size();
    std::copy(array.shape.begin(), array.shape.end(), view.dimensions.begin());
    view.data = array.data.data();
    view.count = array.data.size() / view.item_size;
    view.order = array.order;
    if (view.count == 0) return Json::array();
    std::array<std::size_t, kMaxDimensions> index{};
    return detail::json_array(view, nullptr, std::span(index).first(view.dimension_count));
}

Report with_bytes(const Json& json) {
    if (json.is_binary()) {
        const auto& bytes = json.get_binary();
        return {{"bytes", bytes.size()}, {"base64", base64(bytes)}};
    }
    if (json.is_object()) {
        Report object = Report::object();
        for (const auto& [key, value] : json.items())
            object[key] = with_bytes(value);
        return object;
    }
    if (json.is_array()) {
        Report array = Report::array();
        for (const auto& value : json)
            array.push_back(with_bytes(value));
        return array;
    }
    return Report::parse(json_text(json));
}

/// On one line.
std::string cell(const Json& json) {
    if (json.is_string()) return json.get<std::string>();
    return json_text(with_bytes(json));
}

void show_bytes(Output& out, const std::vector<std::uint8_t>& bytes, bool all) {
    out.line(bytes_in_words(bytes.size()));
    const std::size_t shown = all ? bytes.size() : std::min(bytes.size(), kBytesShown);
    for (std::size_t row = 0; row < shown; row += kBytesInRow) {
        std::array<char, 24> number{};
        std::snprintf(number.data(), number.size(), "%08zx ", row);
        std::string text = number.data();
        std::string characters;
        for (std::size_t i = row; i < row + kBytesInRow; ++i) {
            if (i < shown) {
                std::snprintf(number.data(), number.size(), " %02x", bytes[i]);
                characters +=
                    bytes[i] >= 0x20 && bytes[i] < 0x7f ? static_cast<char>(bytes[i]) : '.';
            }
            text += i < shown ? number.data() : "   ";
        }
        out.line(text + "  " + out.styled(Style::kDim, characters));
    }
    if (shown < bytes.size()) {
        out.line(std::to_string(bytes.size() - shown) + " more; --out FILE writes them all");
    }
}

bool all_of_kind(const Json& list, bool (*is)(const Json&)) {
    return !list.empty() && std::all_of(list.begin(), list.end(), is);
}

/// Objects as rows, a column for each member.
void show_objects(Output& out, const Json& list, std::size_t rows_shown) {
    std::vector<std::string> keys;
    for (const auto& object : list) {
        for (const auto& [key, value] : object.items()) {
            if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
        }
    }
    std::vector<std::vector<std::string>> rows{keys};
    for (std::size_t i = 0; i < rows_shown; ++i) {
        rows.emplace_back();
        for (const auto& key : keys)
            rows.back().push_back(list[i].contains(key) ? cell(list[i][key]) : "");
    }
    out.table(rows, true);
}

void show_list(Output& out, const Json& list, bool all) {
    const std::size_t shown = all ? list.size() : std::min(list.size(), kRowsShown);
    if (list.empty()) return out.line("(empty)");
    if (all_of_kind(list, [](const Json& one) { return one.is_object() && !one.empty(); })) {
        show_objects(out, list, shown);
    } else if (all_of_kind(list, [](const Json& one) { return one.is_array(); })) {
        std::vector<std::vector<std::string>> rows;
        for (std::size_t i = 0; i < shown; ++i) {
            rows.emplace_back();
            const std::size_t columns =
                all ? list[i].size() : std::min(list[i].size(), kColumnsShown);
            for (std::size_t k = 0; k < columns; ++k)
                rows.back().push_back(cell(list[i][k]));
            if (columns < list[i].size()) rows.back().emplace_back("...");
        }
        out.table(rows, false);
    } else {
        for (std::size_t i = 0; i < shown; ++i)
            out.line(cell(list[i]));
    }
    if (shown < list.size()) {
        out.line(std::to_string(list.size() - shown) +
                 " more; --all shows them, --out FILE writes them");
    }
}

}  // namespace

Report to_json(const AnyValue& value) {
    const auto* const array = std::get_if<AnyArray>(&value);
    return with_bytes(array != nullptr ? nested(*array) : std::get<Json>(value));
}

void show(Output& out, const AnyValue& value, bool all) {
    const auto* const array = std::get_if<AnyArray>(&value);
    const Json json = array != nullptr ? nested(*array) : std::get<Json>(value);
    if (json.is_binary()) {
        show_bytes(out, json.get_binary(), all);
    } else if (json.is_array()) {
        show_list(out, json, all);
    } else if (json.is_object() && !json.empty()) {
        std::vector<std::vector<std::string>> rows;
        for (const auto& [key, member] : json.items())
            rows.push_back({out.bold(key), cell(member)});
        out.table(rows, false);
    } else if (!json.is_null()) {
        out.line(cell(json));
    }
}

void save(const AnyValue& value, const std::string& name) {
    const auto* const array = std::get_if<AnyArray>(&value);
    if (name.ends_with(".npy")) {
        if (array == nullptr) {
            throw Error("the result is not a numeric array and cannot be saved as .npy; " + name +
                        " was not written");
        }
        return write_file(name, npy_text(*array));
    }
    const auto* const json = std::get_if<Json>(&value);
    if (json != nullptr && json->is_binary()) {
        const auto& bytes = json->get_binary();
        return write_file(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    write_file(name, json_text(to_json(value), 2) + '\n');
}

}  // namespace bridge32::tool
