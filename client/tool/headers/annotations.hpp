// What headers say beyond C: documentation comments, and annotations such as SAL's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "interface/interface.hpp"

namespace bridge32::tool {

/// The first sentence of a documentation comment, in one line; empty if there is none.
std::string brief_of(const std::string& comment);
/// Adds [[doc("…")]], unless the comment is none.
void add_doc(interfaces::Attributes& to, const std::string& comment);

/// Gives a parameter the attributes that `text` says, as an interface file has them ("in,
/// count(n)") or in a word of SAL ("_In_reads_(n)"). What names nothing that is there is dropped,
/// as is what does not say enough: then the rules decide.
void annotate(interfaces::Signature& signature, std::size_t which, const std::string& text,
              interfaces::Target target);
/// The same for a member that points to something.
void annotate(interfaces::Type& record, std::size_t which, const std::string& text,
              interfaces::Target target);

/// What MIDL's comment says: "inout, string" for `/* [string][out][in] */`; empty: nothing.
std::string midl_attributes(std::string_view comment);

}  // namespace bridge32::tool
