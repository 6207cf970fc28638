// Text for people: colour where it can be seen, tables, wrapped paragraphs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bridge32::tool {

enum class Style { plain, bold, dim, good, bad, warning };

/// Prints UTF-8 on stdout. One thread.
class Output {
public:
    Output();

    /// "always", "never", or "auto": on a terminal, unless NO_COLOR is set.
    void set_color(const std::string& when);

    void line(std::string_view text = {});
    /// `text` in `style`, when there are colours.
    std::string styled(Style style, std::string_view text) const;
    std::string bold(std::string_view text) const { return styled(Style::bold, text); }

    /// Words of `text`, broken where it breaks and so that lines fit, each behind `indent` spaces;
    /// the first line behind `begin`, which is as wide.
    void paragraph(std::string_view text, std::size_t indent = 0, std::string_view begin = {});

    /// Rows in columns as wide as need be. A first row of headings is bold.
    void table(const std::vector<std::vector<std::string>>& rows, bool headings,
               std::size_t indent = 0);

private:
    bool color_ = false;
    std::size_t width_;
};

/// How many columns UTF-8 text takes, colours not counted.
std::size_t columns_of(std::string_view text);

/// Of a Json or a Report, which need not be valid UTF-8. `indent`: -1 for one line.
template <class AnyJson>
std::string json_text(const AnyJson& json, int indent = -1) {
    return json.dump(indent, ' ', false, AnyJson::error_handler_t::replace);
}

/// A word as it is typed in a shell: in quotes where it must be.
std::string quoted(const std::string& word);

/// "1.5 MB"
std::string bytes_in_words(unsigned long long bytes);

}  // namespace bridge32::tool
