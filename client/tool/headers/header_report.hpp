// What became of a header: what `bridge32 interface` says at the end.
#pragma once

#include <string>
#include <vector>

#include "tool/headers/any_reader.hpp"
#include "tool/headers/library_names.hpp"
#include "tool/terminal/output.hpp"

namespace bridge32::tool {

struct HeaderFacts {
    std::string header{};   ///< as it was given
    std::string library{};  ///< likewise; empty: none
    UsedReader reader{};
    std::vector<std::string> differences{};  ///< from the file, with --check
    LibraryDifferences exports{};
};

/// As JSON, without the text of the interface.
Report to_report(const HeaderFacts& facts, const HeaderContent& content);

/// A few lines for people.
std::string summary_of(const HeaderFacts& facts, const HeaderContent& content);

}  // namespace bridge32::tool
