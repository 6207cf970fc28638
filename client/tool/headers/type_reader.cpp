#include "tool/headers/type_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "interface/layout.hpp"
#include "tool/headers/annotations.hpp"
#include "tool/headers/type_kinds.hpp"

namespace bridge32::tool {

namespace {

using interfaces::Convention;
using interfaces::Scalar;
using interfaces::TypeKind;

std::optional<Scalar> scalar_of(int kind) {
    switch (kind) {
        case clang::kVoid:
            return Scalar::void_;
        case clang::kBool:
            return Scalar::bool_;
        case clang::kCharU:
        case clang::kCharS:
            return Scalar::char_;
        case clang::kSChar:
            return Scalar::signed_char;
        case clang::kUChar:
            return Scalar::unsigned_char;
        case clang::kShort:
            return Scalar::short_;
        case clang::kUShort:
            return Scalar::unsigned_short;
        case clang::kInt:
            return Scalar::int_;
        case clang::kUInt:
            return Scalar::unsigned_int;
        case clang::kLong:
            return Scalar::long_;
        case clang::kULong:
            return Scalar::unsigned_long;
        case clang::kLongLong:
            return Scalar::long_long;
        case clang::kULongLong:
            return Scalar::unsigned_long_long;
        case clang::kFloat:
            return Scalar::float_;
        case clang::kDouble:
            return Scalar::double_;
        case clang::kLongDouble:
            return Scalar::long_double;
        case clang::kWChar:
            return Scalar::wchar;
        case clang::kChar16:
            return Scalar::char16;
        case clang::kChar32:
            return Scalar::char32;
        default:
            return std::nullopt;
    }
}

/// Typedefs of C's headers that are scalars here: they differ with the target.
std::optional<Scalar> standard_scalar(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, Scalar>, 8> kNames{
        {{"wchar_t", Scalar::wchar},
         {"char16_t", Scalar::char16},
         {"char32_t", Scalar::char32},
         {"size_t", Scalar::unsigned_size},
         {"uintptr_t", Scalar::unsigned_size},
         {"ssize_t", Scalar::signed_size},
         {"intptr_t", Scalar::signed_size},
         {"ptrdiff_t", Scalar::signed_size}}};
    for (const auto& [known, scalar] : kNames)
        if (known == name) return scalar;
    return std::nullopt;
}

Convention convention_of(const clang::Type& function) {
    switch (function.convention()) {
        case clang::kC:
            break;
        case clang::kStdcall:
            return Convention::stdcall;
        case clang::kFastcall:
            return Convention::fastcall;
        case clang::kThiscall:
            return Convention::thiscall;
        default:
            throw NoSuchType("its calling convention is not supported");
    }
    // libclang has no other way to tell.
    const std::string text = function.canonical().spelling();
    const auto at = text.find("regparm");
    if (at == std::string::npos) return Convention::cdecl_;
    const auto digit = text.find_first_of("0123", at);
    if (digit == std::string::npos || text[digit] == '0') return Convention::cdecl_;
    return static_cast<Convention>(static_cast<int>(Convention::regparm1) + text[digit] - '1');
}

/// The tag of a record or an enumeration; empty if it has none. The name of the cursor does not
/// tell: since version 16 it is that of the typedef.
std::string tag_of(const clang::Cursor& declaration) {
    const std::string text = declaration.type().canonical().spelling();
    for (const std::string_view keyword : {"struct ", "union ", "enum "}) {
        const auto at = text.find(keyword);
        if (at != std::string::npos && text.find('(') == std::string::npos) {
            return text.substr(at + keyword.size());
        }
    }
    return {};
}

bool is_function(const clang::Type& type) {
    const int kind = type.canonical().kind();
    return kind == clang::kFunctionPrototype || kind == clang::kFunctionNoPrototype;
}

/// Of a pointer to a function, an array of such pointers: what it calls.
interfaces::Type* function_in(const interfaces::Type* type) {
    while (type != nullptr && (type->kind == TypeKind::pointer || type->kind == TypeKind::array))
        type = type->of;
    const bool found = type != nullptr && type->kind == TypeKind::function;
    return found ? const_cast<interfaces::Type*>(type) : nullptr;
}

/// What #pragma pack, or Windows' <pshpack4.h>, says at a line; 0: nothing.
std::uint32_t packing_at(std::string_view text, unsigned line) {
    std::vector<std::uint32_t> pushed;
    std::uint32_t pack = 0;
    const auto pop = [&] {
        if (pushed.empty()) return;
        pack = pushed.back();
        pushed.pop_back();
    };
    for (unsigned at = 1; at < line && !text.empty(); ++at) {
        const std::string one(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto hash = one.find_first_not_of(" \t");
        if (hash == std::string::npos || one[hash] != '#') continue;
        const auto number = one.find_first_of("0123456789");
        const auto value = number == std::string::npos
                               ? 0U
                               : static_cast<std::uint32_t>(std::atoi(one.c_str() + number));
        const bool is_pragma = one.find("pragma") != std::string::npos &&
                               one.find("pack") != std::string::npos &&
                               one.find('(') != std::string::npos;
        if (one.find("poppack") != std::string::npos ||
            (is_pragma && one.find("pop") != std::string::npos)) {
            pop();
        } else if (one.find("pshpack") != std::string::npos) {
            pushed.push_back(pack);
            pack = value;
        } else if (is_pragma) {
            if (one.find("push") != std::string::npos) {
                pushed.push_back(pack);
                if (value == 0) continue;
            }
            pack = value;
        }
    }
    return pack;
}

/// What system_headers.cpp made of annotations.
std::string annotation_of(const clang::Cursor& parameter) {
    constexpr std::string_view kMark = "bridge32:";
    for (const auto& child : parameter.children()) {
        if (child.kind() != clang::kAnnotateAttribute) continue;
        const std::string text = child.name();
        if (text.starts_with(kMark)) return text.substr(kMark.size());
    }
    return {};
}

/// The declaration of what a pointer or array leads to in the end.
clang::Cursor innermost(const clang::Type& of) {
    clang::Type type = of.canonical();
    while (true) {
        if (type.kind() == clang::kPointer) {
            type = type.pointee();
        } else if (type.kind() == clang::kConstantArray || type.kind() == clang::kIncompleteArray) {
            type = type.element();
        } else {
            return type.declaration();
        }
    }
}

/// The record that is written where `type` is: not one that has a name of its own.
const interfaces::Type* record_in(const interfaces::Type& type) {
    const interfaces::Type* at = &type;
    while (at->kind == TypeKind::pointer || at->kind == TypeKind::array ||
           (at->kind == TypeKind::alias && at->name.empty()))
        at = at->of;
    return at->kind == TypeKind::record ? at : nullptr;
}

/// The meaning of two types is the same for the host: as wide, and as signed.
bool agree(const interfaces::Type& ours, const clang::Type& theirs, interfaces::Target target) {
    const clang::Type real = theirs.canonical();
    const auto& meaning = interfaces::meaning(ours);
    try {
        if (static_cast<std::int64_t>(interfaces::extent_of(meaning, target).size) != real.size())
            return false;
    } catch (const Error&) {
        return meaning.kind == TypeKind::scalar && meaning.scalar == Scalar::void_ &&
               real.kind() == clang::kVoid;
    }
    const bool pointer = real.kind() == clang::kPointer;
    if ((meaning.kind == TypeKind::pointer) != pointer) return false;
    const bool is_real = real.kind() >= clang::kFloat && real.kind() <= clang::kLongDouble;
    const bool ours_real = meaning.kind == TypeKind::scalar && meaning.scalar >= Scalar::float_ &&
                           meaning.scalar <= Scalar::double_complex;
    if (is_real != ours_real) return false;
    const bool is_signed_integer = real.kind() == clang::kCharS || real.kind() == clang::kSChar ||
                                   (real.kind() >= clang::kShort && real.kind() < clang::kFloat);
    return meaning.kind != TypeKind::scalar || real.kind() < clang::kBool ||
           real.kind() > clang::kFloat || real.kind() == clang::kWChar ||
           is_signed(meaning, target) == is_signed_integer;
}

}  // namespace

void add_doc(interfaces::Attributes& to, const clang::Cursor& declaration) {
    add_doc(to, declaration.comment());
}

const interfaces::Type& TypeReader::type_of(const clang::Type& type) {
    const auto& plain = unqualified(type);
    return type.is_const() ? to_.constant(plain) : plain;
}

const interfaces::Type& TypeReader::unqualified(const clang::Type& type) {
    if (type.kind() == clang::kLongDouble &&
        to_.target.platform == interfaces::Platform::windows_) {
        throw NoSuchType("a long double has 8 bytes in Visual C++ and 12 in MinGW");
    }
    if (const auto scalar = scalar_of(type.kind())) return to_.scalar(*scalar);
    switch (type.kind()) {
        case clang::kTypedefType:
            return typedef_of(type.declaration());
        case clang::kElaborated:
            return type_of(type.named());
        case clang::kPointer:
            return to_.pointer_to(type_of(type.pointee()));
        case clang::kConstantArray:
            return to_.array_of(type_of(type.element()), static_cast<std::uint64_t>(type.length()));
        case clang::kIncompleteArray:
            return to_.array_of(type_of(type.element()), 0);
        case clang::kRecordType:
        case clang::kEnumType:
            return named(type.declaration());
        case clang::kComplex: {
            const int kind = type.element().canonical().kind();
            if (kind == clang::kFloat) return to_.scalar(Scalar::float_complex);
            if (kind == clang::kDouble) return to_.scalar(Scalar::double_complex);
            break;
        }
        default:
            break;
    }
    // Parentheses and attributes around a function keep its parameters' names for types.
    if (is_function(type)) {
        interfaces::Type function{TypeKind::function};
        function.signature = signature_of(type);
        return to_.add(std::move(function));
    }
    if (type.kind() == clang::kAttributed) return type_of(type.modified());
    const clang::Type canonical = type.canonical();
    if (canonical.kind() == type.kind()) {
        throw NoSuchType("the type " + type.spelling() + " cannot be passed");
    }
    return type_of(canonical);
}

// A record or enumeration without a tag is written in its typedef, once, and known by that.
const interfaces::Type& TypeReader::named(const clang::Cursor& declaration) {
    const interfaces::Type& body =
        declaration.kind() == clang::kEnum ? enumeration_of(declaration) : record_of(declaration);
    const auto alias = aliases_.find(&body);
    if (alias != aliases_.end()) return *alias->second;
    if (!body.name.empty() || being_named_.contains(declaration.identity())) return body;
    if (naming_typedefs_.empty()) find_naming_typedefs();
    const auto found = naming_typedefs_.find(declaration.identity());
    return found == naming_typedefs_.end() ? body : typedef_of(found->second);
}

void TypeReader::find_naming_typedefs() {
    for (const auto& cursor : unit_.root().children()) {
        if (cursor.kind() != clang::kTypedef) continue;
        clang::Type type = cursor.meaning();
        if (type.kind() == clang::kElaborated) type = type.named();
        if (type.kind() == clang::kRecordType || type.kind() == clang::kEnumType) {
            naming_typedefs_.emplace(type.declaration().identity(), cursor);
        }
    }
}

interfaces::Signature TypeReader::signature_of(const clang::Type& function) {
    interfaces::Signature signature;
    signature.convention = convention_of(function);
    signature.variadic = function.is_variadic();
    signature.result = &type_of(function.result());
    for (const auto& parameter : function.parameters()) {
        signature.parameters.emplace_back();
        const auto& type = type_of(parameter);
        const bool is_array = type.kind == TypeKind::array;  // as it is written: "double x[]"
        signature.parameters.back().type = is_array ? &to_.pointer_to(*type.of) : &type;
    }
    return signature;
}

void TypeReader::name_parameters(interfaces::Signature& signature,
                                 const clang::Cursor& declaration) {
    auto names =
        declaration.kind() == clang::kFunction ? declaration.parameters() : declaration.children();
    std::erase_if(names, [](const auto& one) { return one.kind() != clang::kParameter; });
    if (names.size() != signature.parameters.size()) return;
    std::vector<std::string> annotations;
    const auto midl = midl_of(declaration, names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
        auto& parameter = signature.parameters[i];
        parameter.name = names[i].name();
        if (declaration.kind() == clang::kFunction) {
            parameter.type = &type_of(names[i].type());  // as written: "double x[3]"
        }
        annotations.push_back(annotation_of(names[i]));
        if (annotations.back().empty()) annotations.back() = midl[i];
        if (auto* function = function_in(parameter.type)) {
            name_parameters(function->signature, names[i]);
        }
    }
    for (std::size_t i = 0; i < annotations.size(); ++i)
        if (!annotations[i].empty()) annotate(signature, i, annotations[i], to_.target);
}

/// Of each parameter of a function, what a comment such as `/* [in] */` before it says.
std::vector<std::string> TypeReader::midl_of(const clang::Cursor& declaration, std::size_t count) {
    std::vector<std::string> found(count);
    if (declaration.kind() != clang::kFunction) return found;
    const auto [file, added] = midl_files_.emplace(declaration.file(), false);
    if (added) {
        const auto text = unit_.content(declaration.file());
        file->second = text.find("[in]") != text.npos || text.find("[out]") != text.npos;
    }
    if (!file->second) return found;
    int open = 0;
    std::size_t which = 0;
    for (const auto& token : unit_.tokens(declaration)) {
        open += token == "(" ? 1 : token == ")" ? -1 : 0;
        if (open == 1 && token == ",") ++which;
        if (open == 1 && which < count && found[which].empty() && token.starts_with("/*")) {
            found[which] = midl_attributes(token);
        }
    }
    return found;
}

const interfaces::Type* TypeReader::built_in(const std::string& name, const clang::Type& meaning) {
    if (const auto scalar = standard_scalar(name)) {
        const auto& type = to_.scalar(*scalar);
        return agree(type, meaning, to_.target) ? &type : nullptr;
    }
    const auto* known = to_.alias(name);
    if (known == nullptr || !known->is_built_in || !agree(*known, meaning, to_.target))
        return nullptr;
    return known;
}

const interfaces::Type& TypeReader::typedef_of(const clang::Cursor& declaration) {
    const auto found = typedefs_.find(declaration.identity());
    if (found != typedefs_.end()) return *found->second;
    std::string name = declaration.name();
    const clang::Type meaning = declaration.meaning();
    const auto keep = [&](const interfaces::Type& type) -> const interfaces::Type& {
        typedefs_.emplace(declaration.identity(), &type);
        return type;
    };
    if (const auto* known = built_in(name, meaning)) return keep(*known);
    const clang::Cursor body = innermost(meaning);
    if (meaning.canonical().kind() != clang::kPointer) being_named_.insert(body.identity());
    const auto& of = type_of(meaning);
    // What has no tag is written with its typedef, after all that it needs.
    if (const auto* record = record_in(of); record != nullptr && record->name.empty()) {
        complete(body, record_of(body));
    }
    if (name.ends_with("va_list")) {
        name = "va_list";
        const auto* const known = to_.alias(name);
        if (known != nullptr && agree(*known, meaning, to_.target)) return keep(*known);
    }
    // Names that are the implementation's, and those that mean something else here, are replaced by
    // what they mean.
    const bool is_body = of.kind == TypeKind::record || of.kind == TypeKind::enumeration;
    const bool is_untagged = is_body && of.name.empty();
    const bool reserved =
        !is_untagged && name.starts_with('_') && unit_.is_system(declaration.file());
    if (reserved || to_.alias(name) != nullptr) return keep(of);
    interfaces::Type alias{TypeKind::alias};
    alias.name = name;
    alias.of = &of;
    alias.at = {declaration.place().line, declaration.place().column};
    add_doc(alias.attributes, declaration);
    if (auto* function = function_in(&of)) name_parameters(function->signature, declaration);
    const auto& added = to_.add(std::move(alias));
    to_.types.push_back(&added);
    to_.know(added);
    if (is_untagged) aliases_.emplace(&of, &added);
    return keep(added);
}

interfaces::Type& TypeReader::record_of(const clang::Cursor& declaration) {
    const auto found = records_.find(declaration.identity());
    if (found != records_.end()) return *found->second;
    interfaces::Type record{TypeKind::record};
    record.name = tag_of(declaration);
    record.is_union = declaration.kind() == clang::kUnion;
    record.at = {declaration.place().line, declaration.place().column};
    add_doc(record.attributes, declaration);
    auto& added = to_.add(std::move(record));
    records_.emplace(declaration.identity(), &added);
    if (!added.name.empty()) to_.know(added);
    unfinished_.emplace_back(declaration, &added);
    return added;
}

const interfaces::Type& TypeReader::enumeration_of(const clang::Cursor& declaration) {
    const auto found = enumerations_.find(declaration.identity());
    if (found != enumerations_.end()) return *found->second;
    interfaces::Type enumeration{TypeKind::enumeration};
    enumeration.name = tag_of(declaration);
    enumeration.at = {declaration.place().line, declaration.place().column};
    add_doc(enumeration.attributes, declaration);
    const clang::Cursor definition = declaration.definition();
    const clang::Cursor& from = definition.is_null() ? declaration : definition;
    const clang::Type integer = from.integer();
    enumeration.of = integer.kind() == clang::kInvalidType ? &to_.scalar(Scalar::int_)
                                                           : &type_of(integer.canonical());
    const int kind = integer.canonical().kind();
    const bool is_unsigned = kind >= clang::kCharU && kind <= clang::kULongLong;
    for (const auto& one : from.children()) {
        if (one.kind() != clang::kEnumConstant) continue;
        interfaces::Enumerator enumerator{
            one.name(),
            is_unsigned ? static_cast<std::int64_t>(one.unsigned_value()) : one.value(),
            {}};
        add_doc(enumerator.attributes, one);
        enumeration.enumerators.push_back(std::move(enumerator));
    }
    const auto& added = to_.add(std::move(enumeration));
    enumerations_.emplace(declaration.identity(), &added);
    if (!added.name.empty()) {
        to_.types.push_back(&added);
        to_.know(added);
    }
    return added;
}

const interfaces::Type& TypeReader::declared(const clang::Cursor& declaration) {
    if (declaration.kind() == clang::kTypedef) return typedef_of(declaration);
    if (declaration.kind() == clang::kEnum) return enumeration_of(declaration);
    return record_of(declaration);
}

void TypeReader::finish() {
    while (!unfinished_.empty()) {
        const auto [declaration, record] = unfinished_.front();
        unfinished_.pop_front();
        complete(declaration, *record);
    }
}

/// The record that `type` holds by value.
static const interfaces::Type* held_by(const interfaces::Type* type) {
    while (type->kind == TypeKind::alias || type->kind == TypeKind::array ||
           (type->is_const && type->of != nullptr && type->kind != TypeKind::pointer))
        type = type->of;
    return type->kind == TypeKind::record ? type : nullptr;
}

void TypeReader::complete(const clang::Cursor& declaration, interfaces::Type& record) {
    if (!begun_.insert(&record).second) return;
    const clang::Cursor definition = declaration.definition();
    if (definition.is_null()) return;
    const auto fields = definition.type().fields();
    // Windows' DECLARE_HANDLE: a struct that nobody ever has.
    if (fields.size() == 1 && record.name.ends_with("__") && fields[0].name() == "unused") return;
    std::vector<interfaces::Member> members;
    std::vector<std::string> annotations;
    try {
        if (definition.is_invalid()) throw NoSuchType("it has errors");
        for (const auto& field : fields) {
            interfaces::Member member;
            member.name = field.name();
            if (member.name.find('(') != std::string::npos) member.name.clear();  // "(anonymous at"
            if (field.is_bit_field()) member.bits = field.bits();
            member.at = {field.place().line, field.place().column};
            member.type = &type_of(field.type());
            add_doc(member.attributes, field);
            annotations.push_back(annotation_of(field));
            if (auto* function = function_in(member.type)) {
                name_parameters(function->signature, field);
            }
            // What it holds comes first.
            if (const auto* held = held_by(member.type); held != nullptr) {
                const clang::Cursor inner = innermost(field.type());
                complete(inner, record_of(inner));
            }
            members.push_back(std::move(member));
        }
        record.members = std::move(members);
        record.is_complete = true;
        find_packing(definition.type(), fields, record);
    } catch (const Error& error) {
        record.members.clear();
        record.is_complete = false;
        without_members_.insert(definition.type().spelling() + ": " + error.what());
        return;
    } catch (const NoSuchType& error) {
        record.members.clear();
        record.is_complete = false;
        without_members_.insert(definition.type().spelling() + ": " + error.what());
        return;
    }
    for (std::size_t i = 0; i < annotations.size(); ++i)
        if (!annotations[i].empty()) annotate(record, i, annotations[i], to_.target);
    if (!record.name.empty()) to_.types.push_back(&record);
}

bool TypeReader::may_be_packed(const clang::Cursor& record) {
    for (const auto& child : record.children())
        if (child.kind() == clang::kPackedAttribute) return true;
    const void* const file = record.file();
    const auto [at, added] = packing_files_.emplace(file, false);
    if (added) {
        const auto text = unit_.content(file);
        at->second = text.find("pshpack") != std::string_view::npos ||
                     text.find("pack") != std::string_view::npos;
    }
    return at->second;
}

// libclang does not tell what #pragma pack said. It does tell the layout, so what gives the same
// one is looked for; if nothing does, the record has no members here, and is never passed wrongly.
void TypeReader::find_packing(const clang::Type& type, const std::vector<clang::Cursor>& fields,
                              interfaces::Type& record) {
    const auto size = static_cast<std::uint64_t>(type.size());
    const auto align = static_cast<std::uint64_t>(type.align());
    const auto fits = [&] {
        const auto layout = interfaces::layout_of(record, to_.target);
        if (layout.extent.size != size || layout.extent.align != align) return false;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const auto& place = layout.places[i];
            const auto& member = record.members[i];
            if (member.bits && *member.bits == 0) continue;  // only moves what follows
            if (8 * place.offset + place.bit_offset !=
                static_cast<std::uint64_t>(fields[i].bit_offset()))
                return false;
        }
        return true;
    };
    // First what the text says: the other bitness may differ where this one does not.
    const clang::Cursor declaration = type.declaration();
    if (may_be_packed(declaration)) {
        record.pack = packing_at(unit_.content(declaration.file()), declaration.place().line);
    }
    if (fits()) return;
    std::vector<interfaces::Member*> aligned;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        for (const auto& child : fields[i].children()) {
            auto& attributes = record.members[i].attributes;
            if (child.kind() == clang::kPackedAttribute && !attributes.has("packed")) {
                attributes.all.push_back({"packed", {}, {}});
            } else if (child.kind() == clang::kAlignedAttribute && !attributes.has("aligned")) {
                attributes.all.push_back({"aligned", {{interfaces::Expression{}, {}}}, {}});
                aligned.push_back(&record.members[i]);
            }
        }
    }
    const auto align_members = [&](std::int64_t bytes) {
        for (auto* member : aligned)
            for (auto& attribute : member->attributes.all)
                if (attribute.name == "aligned") attribute.arguments[0].expression->number = bytes;
    };
    const bool packed = may_be_packed(declaration);
    for (const std::int64_t bytes : {1, 2, 4, 8, 16, 32, 64, 128}) {
        align_members(bytes);
        for (const bool whole : {false, true}) {
            record.align = whole ? static_cast<std::uint32_t>(align) : 0;
            for (const std::uint32_t pack : {0U, 1U, 2U, 4U, 8U, 16U}) {
                if (pack != 0 && !packed) break;
                record.pack = pack;
                if (fits()) return;
            }
        }
        if (aligned.empty()) break;
    }
    record.pack = record.align = 0;
    throw NoSuchType(kNoLayout);
}

}  // namespace bridge32::tool
