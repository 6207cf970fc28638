// An assembly and the methods that clients can call.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "runtime.hpp"
#include "values.hpp"

namespace dotnet {

/// The maximum number of arguments, including the object of an instance method.
inline constexpr std::size_t kMaxParameters = 10;

/// A public method of a public type, or a constructor.
struct Method {
    enum class Kind : std::uint8_t { kStatic, kInstance, kConstructor };

    std::string name;       // "Namespace.Type.Method", "Namespace.Type.new"
    std::string signature;  // as in C#, for people
    Kind kind = Kind::kStatic;
    mono::Class* its_class = nullptr;
    mono::Method* method = nullptr;
    std::vector<std::string> parameter_names;
    std::vector<ValueType> parameters;  // first the object of an instance method
    ValueType result;
};

/// Calls it. Throws InvalidArgument, and what Runtime::invoke throws.
Result call(const Runtime& runtime, const Method& method, std::span<const Given* const> arguments);

class Assembly {
public:
    /// `path`: an absolute path. Throws PluginError.
    Assembly(const Runtime& runtime, const std::string& path);

    /// The public classes, in the order of the assembly.
    const std::vector<std::string>& types() const noexcept { return types_; }
    /// The methods that can be called. Overloads are called by name and parameter types:
    /// "Type.Add(int,double)".
    const std::vector<Method>& methods() const noexcept { return methods_; }
    /// The signatures of public methods that cannot be called because of a type.
    const std::vector<std::string>& left_out() const noexcept { return left_out_; }

private:
    void add_type(mono::Image* image, mono::Class* type);
    void add_methods(mono::Class* type, mono::Class* declared_by);
    void tell_overloads_apart();

    const Runtime& runtime_;
    std::vector<std::string> types_;
    std::vector<Method> methods_;
    std::vector<std::string> left_out_;
};

}  // namespace dotnet
