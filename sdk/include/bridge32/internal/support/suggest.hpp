// Nearest names: for "Did you mean `add` or `add2`?".
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bridge32::detail {

/// Costs of an edit. Letter case costs little: it is what people get wrong most.
inline constexpr std::size_t kEditCost = 4;
inline constexpr std::size_t kCaseCost = 1;
/// Longer names (C++-mangled ones, say) are compared by their first characters only,
/// so that a library with 100,000 exports is searched in a blink.
inline constexpr std::size_t kComparedLength = 64;

inline char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Damerau-Levenshtein distance (optimal string alignment: insert, delete, replace, swap
/// neighbours), each edit costing kEditCost and a change of letter case kCaseCost.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    a = a.substr(0, kComparedLength);
    b = b.substr(0, kComparedLength);
    std::vector<std::size_t> two_up(b.size() + 1), up(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j * kEditCost;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        two_up.swap(up);
        up.swap(row);
        row[0] = i * kEditCost;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = a[i - 1] == b[j - 1];
            const bool same_letter = to_lower(a[i - 1]) == to_lower(b[j - 1]);
            const std::size_t replace = same ? 0 : same_letter ? kCaseCost : kEditCost;
            row[j] = (std::min)({up[j] + kEditCost, row[j - 1] + kEditCost, up[j - 1] + replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = (std::min)(row[j], two_up[j - 2] + kEditCost);
            }
        }
    }
    return row[b.size()];
}

/// The candidates nearest to `name`, best first, at most `max`. Only those that a person
/// could have meant: about one edit in three characters, or one name within the other.
inline std::vector<std::string> nearest(std::string_view name,
                                        const std::vector<std::string>& candidates,
                                        std::size_t max = 3) {
    const std::size_t limit = kEditCost * std::max<std::size_t>(1, (name.size() + 1) / 3);
    std::vector<std::pair<std::size_t, std::string_view>> found;
    for (const std::string& candidate : candidates) {
        const bool within = name.size() >= 3 && candidate.size() >= 3 &&
                            (candidate.find(name) != std::string::npos ||
                             name.find(candidate) != std::string_view::npos);
        const std::size_t extra = candidate.size() > name.size() ? candidate.size() - name.size()
                                                                 : name.size() - candidate.size();
        if (within) {
            found.emplace_back((std::min)(extra, limit), candidate);
        } else if (extra * kEditCost <= limit) {
            const std::size_t distance = edit_distance(name, candidate);
            if (distance <= limit) {
                found.emplace_back(distance, candidate);
            }
        }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    found.resize((std::min)(found.size(), max));
    std::vector<std::string> names;
    for (const auto& [distance, candidate] : found) {
        names.emplace_back(candidate);
    }
    return names;
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`"; `last` is the word before the last name.
inline std::string quoted_list(const std::vector<std::string>& names, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) {
            text += i + 1 == names.size() ? " " + std::string(last) + " " : ", ";
        }
        text += "`" + names[i] + "`";
    }
    return text;
}

/// "Did you mean `add` or `add2`?", empty when there are no names.
inline std::string did_you_mean(const std::vector<std::string>& names) {
    return names.empty() ? std::string() : "Did you mean " + quoted_list(names, "or") + "?";
}

}  // namespace bridge32::detail
