// The plugin that serves interface files: see README.md.
#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "bridge32/extensions.h"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/support/host.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/plugin.hpp"
#include "characters.hpp"
#include "direct.hpp"
#include "function.hpp"
#include "interface/interface.hpp"
#include "interface/layout.hpp"
#include "memory.hpp"
#include "system.hpp"
#include "transfer.hpp"
#include "words.hpp"

namespace bridge32::ffi {

namespace {

using interfaces::Convention;

#if defined(_WIN32)
constexpr interfaces::Target kTarget{interfaces::Platform::windows_, 32};
#else
constexpr interfaces::Target kTarget{interfaces::Platform::linux_, 32};
#endif

std::string text_of_file(const std::string& path) {
    std::ifstream in(detail::path_from_utf8(path), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        throw PluginError("cannot read the interface file `" + path + "`");
    }
    return text;
}

/// The value of a keyword argument that is text; empty if there is none.
std::string text_in(const Json& kwargs, const char* name) {
    const auto found = kwargs.find(name);
    return found == kwargs.end() ? std::string() : found->get<std::string>();
}

interfaces::Interface parsed(const std::string& text, const std::string& file) {
    try {
        return interfaces::parse(text, file, kTarget);
    } catch (const Error& error) {
        throw PluginError(error.what());
    }
}

/// An interface file says all itself: a host that was started with --allow for its name shall not
/// load another library for a client, nor call other functions.
interfaces::Interface read_interface(const Json& kwargs) {
    const std::string& path = detail::plugin_path();
    if (path.ends_with(".b32i")) {
        detail::require_no_kwargs(kwargs);
        return parsed(text_of_file(path), path);
    }
    for (const auto& [name, value] : kwargs.items()) {
        if (name == "direct" && value.is_boolean()) continue;
        if ((name != "interface" && name != "library") || !value.is_string()) {
            throw PluginError(
                "the keyword arguments of the plugin `ffi` are `interface`, the text "
                "of an interface file, and `library`, the path of the library");
        }
    }
    const std::string text = text_in(kwargs, "interface");
    if (text.empty()) {
        throw PluginError(
            "the plugin `ffi` serves interface files: open one by its name, or pass "
            "its text as the keyword argument `interface`");
    }
    return parsed(text, "interface");
}

/// The path of the library that an interface file names, which nobody else may be able to replace,
/// as with the file. The system's own search stays the system's. Throws PluginError.
std::string safe_library(const std::string& name) {
    using detail::size_of;
    const bridge32_host& host = *detail::host;
    std::string found;
    host.find_library(&host, name.data(), size_of(name), detail::plugin_folder.data(),
                      size_of(detail::plugin_folder), detail::receive_text, &found);
    std::error_code none;
    const auto file = detail::path_from_utf8(found);
    if (!file.is_absolute() || !std::filesystem::exists(file, none)) {
        return name;  // loading it says what is wrong
    }
    const auto* const table =
        static_cast<const bridge32_libraries*>(host.get_extension(&host, BRIDGE32_LIBRARIES));
    std::string text;
    if (table->closed_path(&host, found.data(), size_of(found), detail::receive_text, &text) == 0) {
        throw PluginError(text);
    }
    return text;
}

/// A variable of the library, or a part of its memory, as a property.
class Variable final : public detail::Member {
public:
    Variable(const interfaces::Variable& declared, Value value, const std::byte* at, Shared& shared)
        : Member(detail::MemberKind::property, std::string(declared.name),
                 std::string(declared.attributes.text("doc")), word_of(value, *declared.type)),
          value_(std::move(value)),
          at_(at),
          shared_(shared) {}

    void run(detail::CallFrame& frame) override {
        frame.send(ResultWriter{this,
                                [](void* of, Encoder& out) {
                                    auto& its = *static_cast<Variable*>(of);
                                    Memory memory;
                                    Exchange exchange{memory, its.shared_.handles, true};
                                    write_value(out, its.value_, its.at_, exchange);
                                }},
                   name);
    }

private:
    const Value value_;
    const std::byte* const at_;
    Shared& shared_;
};

/// Whether it leads to memory that only lives as long as a call.
bool has_pointer(const Value& value) {
    return value.form == Form::text || value.form == Form::counted ||
           (value.element != nullptr && has_pointer(*value.element)) ||
           std::any_of(value.members.begin(), value.members.end(),
                       [](const MemberValue& member) { return has_pointer(*member.value); });
}

/// `set_NAME(value)` of a variable, which is given a value of its own: memory of a text that a
/// client passes ends with the call.
class Setter final : public detail::Member {
public:
    Setter(const interfaces::Variable& declared, Value value, std::byte* at, Shared& shared)
        : Member(detail::MemberKind::method, "set_" + declared.name, "Sets `" + declared.name + "`",
                 "void"),
          value_(std::move(value)),
          at_(at),
          shared_(shared) {
        detail::Parameter parameter;
        parameter.name = "value";
        parameter.type = word_of(value_, *declared.type);
        parameters.push_back(std::move(parameter));
    }

    void run(detail::CallFrame& frame) override {
        detail::ArgumentText text{};
        detail::bind_arguments(*this, frame.request(), {&text, 1});
        Memory memory;
        Exchange exchange{memory, shared_.handles};
        std::byte* const read = memory.take(value_.size);
        try {
            Decoder in(text.json, text.attachments);
            read_value(in, value_, read, exchange);
            in.reader().finish();
        } catch (const CodecError& error) {
            throw InvalidArgument(argument_text(0) + ": " + error.what());
        }
        std::memcpy(at_, read, value_.size);
        frame.send(nullptr, name);
    }

private:
    const Value value_;
    std::byte* const at_;
    Shared& shared_;
};

}  // namespace

class Ffi : public Plugin {
public:
    explicit Ffi(const Json& kwargs)
        : file_(read_interface(kwargs)),
          library_(text_in(kwargs, "library").empty() ? library_name()
                                                      : text_in(kwargs, "library")),
          shared_{Context{file_, kTarget},
                  Handles([this](const std::string& name, std::uint32_t object) {
                      free(name, object);
                  })} {
        shared_.free = [this](const std::string& name, std::uint32_t object) {
            free(name, object);
        };
        shared_.message = [this](const std::string& name, std::uint32_t status) {
            return message(name, status);
        };
        shared_.throw_missing = [this](const std::string& name) {
            static_cast<void>(library_.address(name));
        };
        if (kwargs.value("direct", false)) {
            add_direct();
            return;
        }
        follow_threads();
        add_functions();
        add_constants();
        add_variables();
        detail::set_types(detail::PluginAccess::members(*this),
                          [this] { return types_of(shared_.context); });
    }

private:
    std::string library_name() const {
        if (file_.library.name.empty()) {
            throw PluginError("the interface `" + file_.file + "` names no library");
        }
        return detail::plugin_path().ends_with(".b32i") ? safe_library(file_.library.name)
                                                        : file_.library.name;
    }

    void follow_threads() {
        switch (file_.library.threads) {
            case interfaces::Threads::main:
                return;
            case interfaces::Threads::concurrent:
                return detail::set_concurrent(detail::PluginAccess::members(*this));
            case interfaces::Threads::mirrored:
                throw PluginError(
                    "`threads mirrored` is not supported for calls by an interface file: write "
                    "`threads main`, or, if the library's functions may run on any thread and at "
                    "the same time, `threads concurrent`");
        }
    }

    void add_functions() {
        std::size_t found = 0;
        const auto ends = ends_of_callbacks(file_);
        for (const interfaces::Function& function : file_.functions) {
            Plan plan = plan_of(function, shared_.context);
            plan.ends_callbacks = ends.contains(function.name);
            const void* const address = find(function, plan);
            found += address != nullptr ? 1 : 0;
            if (plan.missing.empty()) {
                plan.missing = missing_free(plan);
            }
            if (const auto ordinal = ordinal_of(function); ordinal && address == nullptr) {
                plan.missing = no_such_number(*ordinal);
            }
            auto made = std::make_unique<Function>(function, std::move(plan), address, shared_);
            functions_.push_back({made.get(), address});
            detail::add_member(detail::PluginAccess::members(*this), std::move(made));
        }
        if (found == 0 && !file_.functions.empty()) {
            try {
                static_cast<void>(library_.address(file_.functions.front().name));
            } catch (const PluginError& error) {
                throw PluginError("the library has none of the interface's functions: " +
                                  std::string(error.what()));
            }
        }
    }

    static std::optional<std::uint16_t> ordinal_of(const interfaces::Function& function) {
        const auto* const ordinal = function.attributes.expression("ordinal");
        return ordinal == nullptr ? std::nullopt
                                  : std::optional(static_cast<std::uint16_t>(ordinal->number));
    }

    /// Null if the library does not export it.
    const void* find(const interfaces::Function& function, const Plan& plan) const {
        if (const auto ordinal = ordinal_of(function)) {
            return exported_by_number(library_.path(), *ordinal);
        }
        std::vector<std::string> names{function.name};
        if (plan.convention == Convention::stdcall || plan.convention == Convention::fastcall) {
            const std::string decorated =
                function.name + "@" +
                std::to_string(interfaces::argument_bytes(function.signature, kTarget));
            if (plan.convention == Convention::stdcall) {
                names.push_back(decorated);
                names.push_back("_" + decorated);
            } else {
                names.push_back("@" + decorated);
            }
        }
        for (const std::string& name : names) {
            if (library_.has(name)) {
                return library_.address(name);
            }
        }
        return nullptr;
    }

    /// What a plan lacks whose library cannot free what it gives.
    std::string missing_free(const Plan& plan) const {
        std::vector<std::string> names{plan.result_free};
        if (plan.result.form == Form::handle) {
            names.push_back(plan.result.handle.free);
        }
        for (const ParameterPlan& parameter : plan.parameters) {
            names.push_back(parameter.free);
            if (parameter.value.form == Form::handle) {
                names.push_back(parameter.value.handle.free);
            }
        }
        for (const std::string& name : names) {
            if (!name.empty() && file_.function(name) == nullptr && !library_.has(name)) {
                return "`free(" + name + ")`: neither the interface nor the library has that";
            }
        }
        return {};
    }

    /// Calls `name(object)`, as handles and returned text are given back.
    void free(const std::string& name, std::uint32_t object) {
        static_cast<void>(call_with_one(name, object));
    }

    /// Calls `name(status)`, which returns text.
    std::string message(const std::string& name, std::uint32_t status) {
        for (const auto& [function, address] : functions_) {
            const Value& result = function->plan().result;
            if (function->name == name && address != nullptr && function->plan().missing.empty() &&
                result.form == Form::text && function->plan().parameters.size() == 1) {
                const std::uint32_t eax = call_with_one(name, status);
                const auto* const text = reinterpret_cast<const std::byte*>(eax);
                return text == nullptr ? std::string()
                                       : decode_text(text, text_length(text, result.unit, 4096),
                                                     result.unit, result.page);
            }
        }
        return "(`" + name + "` cannot say why: it must return text for the status)";
    }

    std::uint32_t call_with_one(const std::string& name, std::uint32_t object) {
        std::array<std::uint32_t, kStack + 1> words{};
        Invocation call{};
        Convention convention = Convention::cdecl_;
        for (const auto& [function, address] : functions_) {
            if (function->name == name) {
                call.function = address;
                convention = function->plan().convention;
            }
        }
        if (call.function == nullptr) {
            call.function = library_.address(name);
        }
        const bool on_stack = convention == Convention::cdecl_ || convention == Convention::stdcall;
        words[on_stack ? kStack : convention >= Convention::regparm1 ? kEax : kEcx] = object;
        call.words = words.data();
        call.stack_words = on_stack ? 1 : 0;
        const detail::CallScope* const scope = detail::CallScope::current();
        if (scope == nullptr) {
            const detail::LibraryCode library;  // the end of all handles, where foreign code runs
            bridge32_ffi_call(&call);
        } else {
            const detail::LibraryCode library(scope->foreign());
            bridge32_ffi_call(&call);
        }
        return call.eax;
    }

    void add_constants() {
        for (const interfaces::Constant& constant : file_.constants) {
            std::visit(
                [&](const auto& value) {
                    property(constant.name, value, std::string(constant.attributes.text("doc")));
                },
                constant.value);
        }
        std::set<const interfaces::Type*> seen;
        for (const interfaces::Type* const type : file_.types) {
            const interfaces::Type& its = interfaces::meaning(*type);
            if (seen.insert(&its).second) {
                for (const auto& enumerator : its.enumerators) {
                    property(enumerator.name, enumerator.value,
                             std::string(enumerator.attributes.text("doc")));
                }
            }
        }
    }

    void add_variables() {
        for (const interfaces::Variable& variable : file_.variables) {
            try {
                Value value = value_of(*variable.type, variable.attributes, shared_.context);
                value.nullable = true;
                auto* const at = static_cast<std::byte*>(library_.address(variable.name));
                if (!is_const(*variable.type) && !has_pointer(value) &&
                    file_.function("set_" + variable.name) == nullptr) {
                    detail::add_member(
                        detail::PluginAccess::members(*this),
                        std::make_unique<Setter>(
                            variable,
                            value_of(*variable.type, variable.attributes, shared_.context), at,
                            shared_));
                }
                detail::add_member(
                    detail::PluginAccess::members(*this),
                    std::make_unique<Variable>(variable, std::move(value), at, shared_));
            } catch (const Error& error) {  // its reading fails, and nothing else
                property(variable.name,
                         [why = std::string(error.what())]() -> Json { throw Error(why); });
            }
        }
    }

    /// For the runtime of a drop-in library, which reads the interface itself.
    void add_direct() {
        direct_ = std::make_unique<Direct>(library_, shared_);
        Direct* const direct = direct_.get();
        method("address", [direct](const std::string& name) { return direct->address(name); });
        method("call", [direct](std::span<const std::byte> call) { return direct->call(call); });
        method("call_small", [direct](std::uint32_t function, std::uint32_t how, std::int32_t error,
                                      std::uint64_t low, std::uint64_t middle, std::uint64_t high) {
            return direct->call_small(function, how, error, low, middle, high);
        });
        method("closure", [direct](const ClientFunction& function, std::uint32_t words,
                                   std::uint32_t pops, bool returns_real) {
            return direct->closure(function, words, pops, returns_real);
        });
        method("read",
               [direct](std::uint32_t at, std::uint32_t size) { return direct->read(at, size); });
        method("read_text", [direct](std::uint32_t at, std::uint32_t unit) {
            return direct->read_text(at, unit);
        });
        method("write", [direct](std::uint32_t at, std::span<const std::byte> data) {
            direct->write(at, data);
        });
    }

    const interfaces::Interface file_;
    const Library library_;
    Shared shared_;
    std::unique_ptr<Direct> direct_{};
    std::vector<std::pair<const Function*, const void*>> functions_;
};

}  // namespace bridge32::ffi

BRIDGE32_PLUGIN(bridge32::ffi::Ffi)
