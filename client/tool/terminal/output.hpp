// Output for people (colours, tables, wrapped paragraphs) and for programs (JSON).
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::tool {

/// What a subcommand reports. Its text and its --json output are made from this.
using Report = nlohmann::ordered_json;

enum class Style { kPlain, kBold, kDim, kGood, kBad, kWarning };

/// Prints UTF-8 on stdout. For one thread.
class Output {
public:
    Output();

    /// "always", "never", or "auto": colours on a terminal unless NO_COLOR is set.
    void set_color(const std::string& when);

    void line(std::string_view text = {});
    /// `text` in `style` if colours are on.
    std::string styled(Style style, std::string_view text) const;
    std::string bold(std::string_view text) const { return styled(Style::kBold, text); }

    /// Wraps `text` to the width, and keeps its line breaks. Lines are indented by `indent`;
    /// `begin`, which is as wide, precedes the first.
    void paragraph(std::string_view text, std::size_t indent = 0, std::string_view begin = {});

    /// Rows in aligned columns. A first row of headings is bold.
    void table(const std::vector<std::vector<std::string>>& rows, bool headings,
               std::size_t indent = 0);

private:
    bool color_ = false;
    std::size_t width_;
};

/// The number of columns that UTF-8 text takes, without colour codes.
std::size_t columns_of(std::string_view text);

/// The text of a Json or a Report; invalid UTF-8 is replaced. `indent`: -1 for one line.
template <class AnyJson>
std::string json_text(const AnyJson& json, int indent = -1) {
    return json.dump(indent, ' ', false, AnyJson::error_handler_t::replace);
}

/// A word as typed in a shell, quoted if necessary.
std::string quoted(const std::string& word);

/// "1.5 MB"
std::string bytes_in_words(unsigned long long bytes);

}  // namespace bridge32::tool
