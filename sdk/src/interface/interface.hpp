// An interface file: C declarations with attributes that stand for a wrapper of a library.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "bridge32/error.hpp"
#include "interface/target.hpp"
#include "interface/type.hpp"

namespace bridge32::interfaces {

/// Where in which file, what was found and what was expected.
struct SyntaxError : Error {
    SyntaxError(const std::string& file, Position where, const std::string& what)
        : Error(file + ":" + std::to_string(where.line) + ":" + std::to_string(where.column) +
                ": " + what),
          at(where) {}

    Position at;
};

/// Text of `char*` is in it, unless a parameter says otherwise.
enum class TextEncoding : std::uint8_t { utf8, system, windows_1252, windows_1251, latin_1 };

/// Where the library's functions run.
enum class Threads : std::uint8_t { main, mirrored, concurrent };

/// `library "vendor" { convention stdcall; text windows_1252; threads main; }`
struct LibraryBlock {
    std::string name{};
    Convention convention = Convention::cdecl_;
    TextEncoding text = TextEncoding::system;
    Threads threads = Threads::main;
    std::optional<Platform> platform{};  ///< `platform windows;`
    Position at{};
};

struct Function {
    std::string name{};
    Signature signature{};  ///< its convention is never `unstated`
    Attributes attributes{};
    Position at{};
};

/// `const int VMAX = 16;`, `const double VPI = 3.14;`, `const char *VNAME = "x";`
struct Constant {
    std::string name{};
    const Type* type = nullptr;
    std::variant<std::int64_t, std::uint64_t, double, std::string> value{};
    Attributes attributes{};
    Position at{};
};

/// `extern int vcount;`: data that the library exports.
struct Variable {
    std::string name{};
    const Type* type = nullptr;
    Attributes attributes{};
    Position at{};
};

/// All that a file declares. Owns its types.
class Interface {
public:
    /// With the built-in types, for a library of `target`.
    explicit Interface(Target target);
    Interface(const Interface&) = delete;
    Interface& operator=(const Interface&) = delete;
    Interface(Interface&&) noexcept = default;
    Interface& operator=(Interface&&) noexcept = default;
    ~Interface() = default;

    static constexpr int kVersion = 1;

    Target target;
    std::string file{};  ///< for messages
    LibraryBlock library{};
    /// Aliases, records that have a tag, and enumerations that have one or stand alone, in the
    /// order of the file, without those that are built in.
    std::vector<const Type*> types{};
    std::vector<Function> functions{};
    std::vector<Constant> constants{};
    std::vector<Variable> variables{};

    /// @{
    /// Types for the parser and the reader of headers; they live as long as this. `const` of an
    /// array is an array of const elements.
    Type& add(Type type);
    const Type& scalar(Scalar scalar);
    const Type& pointer_to(const Type& type);
    const Type& array_of(const Type& type, std::uint64_t length);
    const Type& constant(const Type& type);
    /// @}

    /// The alias `name`, declared or built in; null if there is none.
    const Type* alias(std::string_view name) const noexcept;
    /// The record or enumeration with the tag `name`; null if there is none.
    const Type* tagged(std::string_view name) const noexcept;
    const Function* function(std::string_view name) const noexcept;
    const Constant* constant(std::string_view name) const noexcept;

    /// Of `alias`; for "Did you mean …".
    std::vector<std::string> alias_names() const;

    /// Makes `type`, which is in `types` and has a name, known to `alias` or `tagged`.
    void know(const Type& type);
    /// Makes the name `alias` mean `type`, which need be no alias, in what is read later.
    void mean(const std::string& alias, const Type& type) {
        aliases_.insert_or_assign(alias, &type);
    }

private:
    void add_built_in();

    std::deque<Type> owned_{};
    std::array<const Type*, 2 * kScalars> scalars_{};  ///< the const ones behind the others
    std::map<std::string, const Type*, std::less<>> aliases_{};
    std::map<std::string, const Type*, std::less<>> tags_{};
};

/// Reads the text of an interface file; `file` is for messages. The platform is that of the text,
/// if it names one, else `target`'s. Throws SyntaxError: unknown words and types, impossible
/// lengths, a struct that contains itself, attributes that contradict each other or name what is
/// not there, another version, another platform than `target`'s. Recursion is bounded.
Interface parse(std::string_view text, const std::string& file, Target target);

/// One declaration of a function or variable, without the rest of a file: "double f(double, int)".
Interface parse_declaration(std::string_view text, Target target);

/// A type as `sizeof` has it: "struct point", "unsigned long", "DWORD *". Throws SyntaxError.
const Type& parse_type(std::string_view text, Interface& scope);

/// The file's text: parsing it gives the same interface. One line a function.
std::string text_of(const Interface& interface_file);

}  // namespace bridge32::interfaces
