// Types as clang has them, as those of an interface.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "interface/interface.hpp"
#include "tool/headers/clang.hpp"

namespace bridge32::tool {

/// An interface file has no such type. `what()` is a reason for people.
struct NoSuchType : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The reason for a struct or union whose layout attributes cannot express.
inline constexpr const char* kNoLayout = "its layout cannot be written";

/// Adds each type to the interface when it is first asked for, after those that it needs.
class TypeReader {
public:
    TypeReader(const clang::Unit& unit, interfaces::Interface& to) : unit_(unit), to_(to) {}

    /// Throws NoSuchType.
    const interfaces::Type& type_of(const clang::Type& type);
    interfaces::Signature signature_of(const clang::Type& function);
    /// Names of parameters, and of those of functions that they point to, from the declaration.
    void name_parameters(interfaces::Signature& signature, const clang::Cursor& declaration);
    const interfaces::Type& declared(const clang::Cursor& declaration);
    /// Reads the members of records that are only pointed to so far.
    void finish();

    /// Structs whose layout differs from the compiler's, and which therefore have no members.
    const std::set<std::string>& without_members() const noexcept { return without_members_; }

private:
    const interfaces::Type& unqualified(const clang::Type& type);
    const interfaces::Type& typedef_of(const clang::Cursor& declaration);
    interfaces::Type& record_of(const clang::Cursor& declaration);
    const interfaces::Type& enumeration_of(const clang::Cursor& declaration);
    void complete(const clang::Cursor& declaration, interfaces::Type& record);
    void find_packing(const clang::Type& type, const std::vector<clang::Cursor>& fields,
                      interfaces::Type& record);
    bool may_be_packed(const clang::Cursor& record);
    const interfaces::Type& named(const clang::Cursor& declaration);
    void find_naming_typedefs();
    std::vector<std::string> midl_of(const clang::Cursor& declaration, std::size_t count);
    const interfaces::Type* built_in(const std::string& name, const clang::Type& meaning);

    const clang::Unit& unit_;
    interfaces::Interface& to_;
    std::map<const void*, const interfaces::Type*> typedefs_;
    std::map<const void*, interfaces::Type*> records_;
    std::map<const void*, const interfaces::Type*> enumerations_;
    std::map<const interfaces::Type*, const interfaces::Type*> aliases_;
    std::map<const void*, clang::Cursor> naming_typedefs_;
    std::set<const void*> being_named_;
    std::deque<std::pair<clang::Cursor, interfaces::Type*>> unfinished_;
    std::set<const interfaces::Type*> begun_;
    std::map<const void*, bool> packing_files_;
    std::map<const void*, bool> midl_files_;
    std::set<std::string> without_members_;
};

/// Adds [[doc("…")]].
void add_doc(interfaces::Attributes& to, const clang::Cursor& declaration);

}  // namespace bridge32::tool
