#include "tool/terminal/output.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "os/environment.hpp"
#include "tool/terminal/terminal.hpp"

namespace bridge32::tool {

namespace {

constexpr std::size_t kWidest = 100;  // longer lines are hard to read
constexpr std::size_t kNarrowest = 40;

const char* code_of(Style style) {
    switch (style) {
        case Style::kBold:
            return "\x1b[1m";
        case Style::kDim:
            return "\x1b[2m";
        case Style::kGood:
            return "\x1b[32m";
        case Style::kBad:
            return "\x1b[31m";
        case Style::kWarning:
            return "\x1b[33m";
        case Style::kPlain:
            break;
    }
    return "";
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b') {
            i = std::min(text.find('m', i), text.size() - 1);
        } else if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80) {
            ++columns;
        }
    }
    return columns;
}

Output::Output() : width_(std::clamp(terminal_width(), kNarrowest, kWidest)) { set_color("auto"); }

void Output::set_color(const std::string& when) {
    const auto no_color = os::environment_variable("NO_COLOR");
    color_ = when == "always" || (when == "auto" && (!no_color || no_color->empty()) &&
                                  is_color_terminal(Device::kOut));
}

void Output::line(std::string_view text) {
    if (!text.empty())
        std::fwrite(text.data(), 1, text.size(), stdout);  // an empty view may be a null pointer
    std::fputc('\n', stdout);
}

std::string Output::styled(Style style, std::string_view text) const {
    if (!color_ || style == Style::kPlain || text.empty()) return std::string(text);
    return code_of(style) + std::string(text) + "\x1b[0m";
}

void Output::paragraph(std::string_view text, std::size_t indent, std::string_view begin) {
    std::string written = begin.empty() ? std::string(indent, ' ') : std::string(begin);
    bool empty = true;  // apart from what precedes the words
    const auto end_line = [&] {
        line(written);
        written.assign(indent, ' ');
        empty = true;
    };
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
        const std::string_view word = text.substr(0, end);
        const bool breaks = end + 1 < text.size() && text[end] == '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!empty && columns_of(written) + 1 + columns_of(word) > width_) end_line();
        if (!empty) written += ' ';
        written += word;
        empty = false;
        if (breaks) end_line();
    }
    line(written);
}

void Output::table(const std::vector<std::vector<std::string>>& rows, bool headings,
                   std::size_t indent) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string text(indent, ' ');
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string& cell = rows[r][i];
            text += headings && r == 0 ? bold(cell) : cell;
            if (i + 1 < rows[r].size()) text.append(widths[i] - columns_of(cell) + 2, ' ');
        }
        text.resize(text.find_last_not_of(' ') + 1);
        line(text);
    }
}

std::string quoted(const std::string& word) {
    const bool plain = word.find_first_of(" \t\"'`$&;()<>|*?[]#~!{}") == std::string::npos;
    if (std::filesystem::path::preferred_separator == '\\') {
        return plain && !word.empty() ? word : '"' + word + '"';
    }
    if (plain && !word.empty() && word.find('\\') == std::string::npos) return word;
    std::string text = "'";
    for (const char c : word)
        text += c == '\'' ? "'\\''" : std::string(1, c);
    return text + "'";
}

std::string bytes_in_words(unsigned long long bytes) {
    constexpr std::array<const char*, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 1000 && unit + 1 < kUnits.size(); ++unit)
        value /= 1000;
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", value,
                  kUnits.at(unit));
    return text.data();
}

}  // namespace bridge32::tool
