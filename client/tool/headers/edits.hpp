// An interface file that somebody has edited, and what its header says now.
#pragma once

#include <string>
#include <vector>

#include "interface/interface.hpp"

namespace bridge32::tool {

/// Gives `fresh` the attributes of `edited` where the declarations are still the same, and its
/// library block. To be called before the rules, which leave alone what has been decided: they ask
/// their own questions again, and a [[missing]] that somebody wrote stays.
void keep_attributes(interfaces::Interface& fresh, const interfaces::Interface& edited);

/// The text of `fresh` with the lines of `old_text` for functions that are still the same and miss
/// nothing, with the comments above them.
std::string keep_lines(const std::string& fresh_text, const interfaces::Interface& fresh,
                       const std::string& old_text, const interfaces::Interface& edited);

/// What differs, a sentence each: functions, records, enumerators and constants of one that the
/// other lacks or declares otherwise.
std::vector<std::string> differences(const interfaces::Interface& file,
                                     const interfaces::Interface& header);

/// Gives callbacks that state no convention the library's.
void state_conventions(interfaces::Interface& of);
/// The other way round, so that files state only what is unusual.
void leave_out_usual_conventions(interfaces::Interface& of);

/// What a signature means for a call, whatever the names of its types and parameters.
std::string shape_of(const interfaces::Signature& signature);

}  // namespace bridge32::tool
