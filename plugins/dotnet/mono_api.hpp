// The functions of the Mono runtime that this plugin calls. They are looked up at run time, so that
// the plugin can be built without Mono. Mono documents them under "Embedding Mono"; the types are
// opaque. All except the first group need an attached thread.
#pragma once

#include <bridge32/library.hpp>
#include <cstdint>
#include <string>

namespace mono {

struct Domain;
struct Assembly;
struct Image;
struct Table;
struct Class;
struct Method;
struct Property;
struct Signature;
struct Type;
struct Thread;
struct Object;
struct String;
struct Array;
using Bool = std::int32_t;

/// Loads the library and the address of each function. Throws PluginError.
class Api {
    struct Symbol {
        void* address;
        template <class Function>
        operator Function*() const {
            return reinterpret_cast<Function*>(address);
        }
    };
    Symbol symbol(const char* name) const {
        return {library_.address(std::string("mono_") + name)};
    }
    bridge32::Library library_;

public:
    explicit Api(const std::string& library) : library_(library) {}

    // Start, once per process.
    Domain* (*get_root_domain)() = symbol("get_root_domain");
    void (*set_dirs)(const char*, const char*) = symbol("set_dirs");
    const char* (*assembly_getrootdir)() = symbol("assembly_getrootdir");
    void (*config_parse)(const char*) = symbol("config_parse");
    void (*set_signal_chaining)(Bool) = symbol("set_signal_chaining");
    void (*set_crash_chaining)(Bool) = symbol("set_crash_chaining");
    Domain* (*jit_init_version)(const char*, const char*) = symbol("jit_init_version");
    char* (*get_runtime_build_info)() = symbol("get_runtime_build_info");
    Thread* (*thread_attach)(Domain*) = symbol("thread_attach");
    void (*free)(void*) = symbol("free");

    // Assemblies and their content.
    Assembly* (*assembly_open)(const char*, int* status) = symbol("assembly_open");
    const char* (*image_strerror)(int status) = symbol("image_strerror");
    Image* (*assembly_get_image)(Assembly*) = symbol("assembly_get_image");
    const Table* (*image_get_table_info)(Image*, int table) = symbol("image_get_table_info");
    int (*table_info_get_rows)(const Table*) = symbol("table_info_get_rows");
    Class* (*class_get)(Image*, std::uint32_t token) = symbol("class_get");
    Image* (*class_get_image)(Class*) = symbol("class_get_image");
    const char* (*class_get_namespace)(Class*) = symbol("class_get_namespace");
    const char* (*class_get_name)(Class*) = symbol("class_get_name");
    std::uint32_t (*class_get_flags)(Class*) = symbol("class_get_flags");
    Class* (*class_get_nesting_type)(Class*) = symbol("class_get_nesting_type");
    Class* (*class_get_parent)(Class*) = symbol("class_get_parent");
    Bool (*class_is_valuetype)(Class*) = symbol("class_is_valuetype");
    Bool (*class_is_enum)(Class*) = symbol("class_is_enum");
    Type* (*class_enum_basetype)(Class*) = symbol("class_enum_basetype");
    Bool (*class_is_subclass_of)(Class*, Class* parent,
                                 Bool interfaces) = symbol("class_is_subclass_of");
    Class* (*class_get_element_class)(Class*) = symbol("class_get_element_class");
    int (*class_get_rank)(Class*) = symbol("class_get_rank");
    Type* (*class_get_type)(Class*) = symbol("class_get_type");
    Class* (*class_from_mono_type)(Type*) = symbol("class_from_mono_type");
    Method* (*class_get_methods)(Class*, void** iterator) = symbol("class_get_methods");
    Method* (*class_get_method_from_name)(Class*, const char*,
                                          int parameters) = symbol("class_get_method_from_name");
    Property* (*class_get_property_from_name)(Class*,
                                              const char*) = symbol("class_get_property_from_name");
    Method* (*property_get_get_method)(Property*) = symbol("property_get_get_method");
    const char* (*method_get_name)(Method*) = symbol("method_get_name");
    std::uint32_t (*method_get_flags)(Method*, std::uint32_t*) = symbol("method_get_flags");
    Signature* (*method_signature)(Method*) = symbol("method_signature");
    void (*method_get_param_names)(Method*, const char** names) = symbol("method_get_param_names");
    std::uint32_t (*signature_get_param_count)(Signature*) = symbol("signature_get_param_count");
    Type* (*signature_get_params)(Signature*, void** iterator) = symbol("signature_get_params");
    Type* (*signature_get_return_type)(Signature*) = symbol("signature_get_return_type");
    int (*type_get_type)(Type*) = symbol("type_get_type");
    Bool (*type_is_byref)(Type*) = symbol("type_is_byref");
    char* (*type_get_name)(Type*) = symbol("type_get_name");

    // Objects. The collector sees pointers to them only on the stack.
    Object* (*object_new)(Domain*, Class*) = symbol("object_new");
    void* (*object_unbox)(Object*) = symbol("object_unbox");
    Class* (*object_get_class)(Object*) = symbol("object_get_class");
    Method* (*object_get_virtual_method)(Object*, Method*) = symbol("object_get_virtual_method");
    Object* (*runtime_invoke)(Method*, void* object, void** arguments,
                              Object** exception) = symbol("runtime_invoke");
    String* (*string_new_utf16)(Domain*, const char16_t*,
                                std::int32_t) = symbol("string_new_utf16");
    const char16_t* (*string_chars)(String*) = symbol("string_chars");
    int (*string_length)(String*) = symbol("string_length");
    Array* (*array_new_full)(Domain*, Class*, std::uintptr_t* lengths,
                             std::intptr_t* bounds) = symbol("array_new_full");
    char* (*array_addr_with_size)(Array*, int size,
                                  std::uintptr_t index) = symbol("array_addr_with_size");
    Class* (*get_array_class)() = symbol("get_array_class");
    std::uint32_t (*gchandle_new)(Object*, Bool pinned) = symbol("gchandle_new");
    Object* (*gchandle_get_target)(std::uint32_t) = symbol("gchandle_get_target");
    void (*gchandle_free)(std::uint32_t) = symbol("gchandle_free");
};

}  // namespace mono
