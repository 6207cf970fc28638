#include "assembly.hpp"

#include <algorithm>
#include <bridge32/error.hpp>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace dotnet {
namespace {

// Constants of .NET's metadata (ECMA-335, II.22 and II.23.1).
constexpr int kTypeTable = 2;
constexpr std::uint32_t kTypeToken = 0x02000000;
constexpr std::uint32_t kAccessMask = 7;
constexpr std::uint32_t kPublicType = 1;
constexpr std::uint32_t kPublicNestedType = 2;
constexpr std::uint32_t kInterface = 0x20;
constexpr std::uint32_t kAbstract = 0x80;
constexpr std::uint32_t kPublicMethod = 6;
constexpr std::uint32_t kStaticMethod = 0x10;

/// "double x, int[] y"; without names "double,int[]".
std::string parameter_text(const Method& method, bool names) {
    std::string text;
    const std::size_t first = method.kind == Method::Kind::kInstance ? 1 : 0;
    for (std::size_t i = first; i < method.parameters.size(); ++i) {
        text += i == first ? "" : names ? ", " : ",";
        text += method.parameters[i].name + (names ? " " + method.parameter_names[i] : "");
    }
    return text;
}

/// Fills in parameters and result; false if one has an unsupported type.
bool describe(const Runtime& runtime, Method& method) {
    const mono::Api& api = runtime.api;
    mono::Signature* const signature = api.method_signature(method.method);
    if (method.kind == Method::Kind::kInstance) {
        method.parameters.push_back(
            {ValueType::Form::kObject, 0, 0, method.its_class, runtime.name_of(method.its_class)});
        method.parameter_names.emplace_back("this");
    }
    std::vector<const char*> names(api.signature_get_param_count(signature));
    api.method_get_param_names(method.method, names.data());
    void* iterator = nullptr;
    for (const char* const name : names) {
        const auto type = value_type(runtime, api.signature_get_params(signature, &iterator));
        if (!type) {
            return false;
        }
        method.parameters.push_back(*type);
        method.parameter_names.emplace_back(name);
    }
    const auto result = value_type(runtime, api.signature_get_return_type(signature));
    if (!result || method.parameters.size() > kMaxParameters) {
        return false;
    }
    method.result = *result;
    if (method.kind == Method::Kind::kConstructor) {
        method.result = {ValueType::Form::kObject, 0, 0, method.its_class,
                         runtime.name_of(method.its_class)};
    }
    method.signature = (method.kind == Method::Kind::kStatic ? "static " : "") +
                       method.result.name + " " + method.name + "(" + parameter_text(method, true) +
                       ")";
    return true;
}

}  // namespace

Assembly::Assembly(const Runtime& runtime, const std::string& path) : runtime_(runtime) {
    const mono::Api& api = runtime.api;
    int status = 0;
    mono::Assembly* const assembly = api.assembly_open(path.c_str(), &status);
    if (assembly == nullptr) {
        const char* const reason = status == 0 ? nullptr : api.image_strerror(status);
        throw bridge32::PluginError("Mono cannot open the assembly `" + path + "`: " +
                                    (reason == nullptr ? "it is not a .NET assembly" : reason));
    }
    mono::Image* const image = api.assembly_get_image(assembly);
    const int rows = api.table_info_get_rows(api.image_get_table_info(image, kTypeTable));
    for (int row = 1; row <= rows; ++row) {
        if (mono::Class* const type =
                api.class_get(image, kTypeToken | static_cast<std::uint32_t>(row))) {
            add_type(image, type);
        }
    }
    tell_overloads_apart();
}

void Assembly::add_type(mono::Image* image, mono::Class* type) {
    const mono::Api& api = runtime_.api;
    const std::uint32_t access = api.class_get_flags(type) & kAccessMask;
    const bool generic =
        std::string_view(api.class_get_name(type)).find('`') != std::string_view::npos;
    if ((access != kPublicType && access != kPublicNestedType) || generic ||
        (api.class_get_flags(type) & kInterface) != 0 || api.class_is_valuetype(type) != 0) {
        return;
    }
    types_.push_back(runtime_.name_of(type));
    for (mono::Class* one = type; one != nullptr && api.class_get_image(one) == image;
         one = api.class_get_parent(one)) {
        add_methods(type, one);
    }
}

void Assembly::add_methods(mono::Class* type, mono::Class* declared_by) {
    const mono::Api& api = runtime_.api;
    void* iterator = nullptr;
    while (mono::Method* const found = api.class_get_methods(declared_by, &iterator)) {
        const std::uint32_t flags = api.method_get_flags(found, nullptr);
        std::string name = api.method_get_name(found);
        const bool constructor = name == ".ctor";
        const bool is_static = (flags & kStaticMethod) != 0;
        if ((flags & kAccessMask) != kPublicMethod ||
            (type != declared_by && (constructor || is_static)) ||
            (constructor && (api.class_get_flags(type) & kAbstract) != 0)) {
            continue;
        }
        Method method;
        method.name = runtime_.name_of(type) + "." + (constructor ? "new" : name);
        method.kind = constructor ? Method::Kind::kConstructor
                      : is_static ? Method::Kind::kStatic
                                  : Method::Kind::kInstance;
        method.its_class = type;
        method.method = found;
        if (!describe(runtime_, method)) {
            left_out_.push_back(method.name);
            continue;
        }
        // A base method that this type overrides is called through the override.
        const bool overridden =
            std::any_of(methods_.begin(), methods_.end(),
                        [&](const Method& other) { return other.signature == method.signature; });
        if (!overridden) {
            methods_.push_back(std::move(method));
        }
    }
}

void Assembly::tell_overloads_apart() {
    std::map<std::string, int> count;
    for (const Method& method : methods_) {
        ++count[method.name];
    }
    for (Method& method : methods_) {
        if (count[method.name] > 1) {
            method.name += "(" + parameter_text(method, false) + ")";
        }
    }
}

Result call(const Runtime& runtime, const Method& method, std::span<const Given* const> arguments) {
    runtime.attach();
    std::array<Passed, kMaxParameters> passed;
    std::array<void*, kMaxParameters> pointers{};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        try {
            pass(runtime, method.parameters[i], *arguments[i], passed[i]);
        } catch (const bridge32::CodecError& error) {
            throw bridge32::InvalidArgument(method.name + ": argument `" +
                                            method.parameter_names[i] + "`: " + error.what());
        }
        pointers[i] = passed[i].pointer;
    }
    if (method.kind == Method::Kind::kStatic) {
        return result_of(runtime, method.result,
                         runtime.invoke(method.method, nullptr, pointers.data()));
    }
    if (method.kind == Method::Kind::kConstructor) {
        mono::Object* const object = runtime.api.object_new(runtime.domain, method.its_class);
        runtime.invoke(method.method, object, pointers.data());
        return result_of(runtime, method.result, object);
    }
    auto* const object = static_cast<mono::Object*>(pointers[0]);
    if (object == nullptr) {
        throw bridge32::InvalidArgument(method.name + " needs an object, not null");
    }
    return result_of(runtime, method.result,
                     runtime.invoke(runtime.api.object_get_virtual_method(object, method.method),
                                    object, pointers.data() + 1));
}

}  // namespace dotnet
