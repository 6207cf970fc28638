// The plugin `dotnet`: calls the public methods of any .NET assembly by name, through Mono.
#include <array>
#include <boost/dll/runtime_symbol_info.hpp>
#include <bridge32/plugin.hpp>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "assembly.hpp"
#include "runtime.hpp"
#include "values.hpp"

namespace {

using dotnet::Given;
using dotnet::Object;
using dotnet::Result;

/// The file from the kwarg: an absolute path, or a name in this plugin's folder.
std::string assembly_path(const bridge32::Json& kwargs) {
    if (!kwargs.contains("assembly") || !kwargs["assembly"].is_string()) {
        throw bridge32::PluginError(
            "dotnet: the kwarg `assembly`, the path of the .NET assembly, is missing");
    }
    const auto name = kwargs["assembly"].get<std::string>();
    std::filesystem::path path(std::u8string(name.begin(), name.end()));
    if (path.is_relative()) {
        path = boost::dll::this_line_location().parent_path() / path;
    }
    if (!std::filesystem::exists(path)) {
        throw bridge32::PluginError("dotnet: assembly not found: `" + path.string() +
                                    "`. Give an absolute path, or put it into that folder");
    }
    return path.string();
}

class DotNet : public bridge32::Plugin {
public:
    explicit DotNet(const bridge32::Json& kwargs)
        : path_(assembly_path(kwargs)),
          runtime_(dotnet::Runtime::start(kwargs.value("runtime", "libmonosgen-2.0.so.1"))),
          assembly_(runtime_, path_) {
        for (const dotnet::Method& method : assembly_.methods()) {
            offer(method);
        }
        method(
            "release", [](const bridge32::Handle<Object>& object) { object.destroy(); }, {"object"},
            "Release an object to the garbage collector.");
        property("types", assembly_.types(), "The assembly's public classes.");
        property("left_out", assembly_.left_out(),
                 "Public methods that cannot be called because of a type in their signature.");
        property("runtime", runtime_.version(), "The version of Mono.");
    }

private:
    template <std::size_t>
    using Each = const Given&;

    template <std::size_t... I>
    void offer_with(const dotnet::Method& target, std::index_sequence<I...>) {
        bridge32::Params names(target.parameter_names.begin(), target.parameter_names.end());
        method(
            target.name,
            [this, &target](Each<I>... argument) {
                const std::array<const Given*, sizeof...(I)> arguments{&argument...};
                Result result = call(runtime_, target, arguments);
                if (auto* const object = std::get_if<std::unique_ptr<Object>>(&result)) {
                    result = handle(std::move(*object));
                }
                return result;
            },
            names, target.signature);
    }

    /// A method takes as many arguments as the .NET method.
    template <std::size_t count = 0>
    void offer(const dotnet::Method& target) {
        if (target.parameters.size() == count) {
            offer_with(target, std::make_index_sequence<count>());
        } else if constexpr (count < dotnet::kMaxParameters) {
            offer<count + 1>(target);
        }
    }

    const std::string path_;
    const dotnet::Runtime& runtime_;
    const dotnet::Assembly assembly_;
};

}  // namespace

BRIDGE32_PLUGIN(DotNet)
