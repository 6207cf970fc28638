// The functions of library.hpp: asks the host where a library is and why it does not load, and
// finds symbols under their decorated names.
#pragma once

#include <boost/dll/runtime_symbol_info.hpp>
#include <boost/dll/shared_library.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "bridge32/extensions.h"
#include "bridge32/internal/library/load_module.hpp"
#include "bridge32/internal/library/loaded_libraries.ipp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/internal/support/host.hpp"
#include "bridge32/internal/text/path_text.hpp"

namespace bridge32 {
namespace detail {

/// Where the host found `name`. Without a host, `name` with the platform's extension, for
/// the system's search.
BRIDGE32_DETAIL_PLUGIN std::filesystem::path find_library(const std::string& name) {
    if (host == nullptr) {
        std::filesystem::path path = path_from_utf8(name);
        if (!path.has_extension()) {
            path += boost::dll::shared_library::suffix();
        }
        return path;
    }
    std::string found;
    host->find_library(host, name.data(), size_of(name), plugin_folder.data(),
                       size_of(plugin_folder), receive_text, &found);
    return path_from_utf8(found.empty() ? name : found);
}

/// The host's explanation of why `file` does not load, or, before it is tried (`reason` is
/// empty), why it must not be tried; empty when there is none, or no host.
BRIDGE32_DETAIL_PLUGIN std::string explain_load_failure(const std::string& file,
                                                        const std::string& reason) {
    std::string explanation;
    if (host != nullptr) {
        host->explain_load_failure(host, file.data(), size_of(file), plugin_folder.data(),
                                   size_of(plugin_folder), reason.data(), size_of(reason),
                                   receive_text, &explanation);
    }
    return explanation;
}

/// The host's table about libraries; null without a host, or with one that does not look after
/// what is unloaded.
BRIDGE32_DETAIL_PLUGIN const bridge32_libraries* library_table(const bridge32_host* its_host) {
    if (its_host == nullptr) {
        return nullptr;
    }
    const auto* const table = static_cast<const bridge32_libraries*>(
        its_host->get_extension(its_host, BRIDGE32_LIBRARIES));
    return table != nullptr && table->struct_size >= sizeof *table ? table : nullptr;
}

/// A loaded library, which the host is told of.
class LoadedLibrary {
public:
    explicit LoadedLibrary(Unload unload)
        : unload_(unload),
          host_(host),
          table_(library_table(host_)),
          token_(table_ == nullptr ? nullptr : table_->before_load(host_)) {}
    LoadedLibrary(const LoadedLibrary&) = delete;
    LoadedLibrary& operator=(const LoadedLibrary&) = delete;
    ~LoadedLibrary() {
        if (table_ != nullptr) {
            std::error_code error;
            const std::string file = module.is_loaded() ? utf8_of(module.location(error)) : "";
            table_->before_unload(host_, token_, file.data(), size_of(file),
                                  static_cast<std::uint32_t>(unload_));
        } else if (unload_ == Unload::never) {
            static_cast<void>(new boost::dll::shared_library(std::move(module)));
        }
    }

    void loaded() const {
        if (table_ != nullptr) {
            table_->after_load(host_);
        }
    }

    boost::dll::shared_library module;

private:
    static_assert(static_cast<unsigned>(Unload::if_clean) == BRIDGE32_UNLOAD_IF_CLEAN &&
                  static_cast<unsigned>(Unload::always) == BRIDGE32_UNLOAD_ALWAYS &&
                  static_cast<unsigned>(Unload::never) == BRIDGE32_UNLOAD_NEVER);

    Unload unload_;
    const bridge32_host* host_;
    const bridge32_libraries* table_;
    void* token_;
};

/// Loads the library and corrects `path` to the file that the system chose. Throws
/// PluginError with the host's explanation, or, without a host, the system's.
BRIDGE32_DETAIL_PLUGIN std::shared_ptr<const boost::dll::shared_library> load_library(
    std::filesystem::path& path, LoadOptions options, ForeignState& foreign) {
    const std::string file = utf8_of(path);
    if (const std::string objection = explain_load_failure(file, ""); !objection.empty()) {
        throw PluginError(objection);
    }
    const auto library = std::make_shared<LoadedLibrary>(options.unload);
    try {
        const LibraryCode constructors(foreign);
        load_module(library->module, path, options.lazy, options.global);
    } catch (const std::system_error& error) {
        const std::string reason = load_error(error);
        const std::string explanation = explain_load_failure(file, reason);
        throw PluginError(explanation.empty() ? "cannot load the library `" + file + "`: " + reason
                                              : explanation);
    }
    library->loaded();
    std::error_code no_path;
    const std::filesystem::path loaded = library->module.location(no_path);
    if (!no_path && !loaded.empty()) {
        path = loaded;
    }
    return {library, &library->module};
}

/// The names under which a 32-bit compiler may have exported `symbol`, as written first.
/// Names that carry the convention (`f@8`) are tried for that convention only: a stdcall
/// function that is called as cdecl corrupts the caller's stack.
BRIDGE32_DETAIL_PLUGIN std::vector<std::string> decorated_names(const std::string& symbol,
                                                                CallingConvention convention,
                                                                std::size_t argument_bytes) {
    const std::string at_bytes = "@" + std::to_string(argument_bytes);
    std::vector<std::string> names{symbol};
    if (convention == CallingConvention::stdcall_) {
        names.push_back(symbol + at_bytes);
        names.push_back("_" + symbol + at_bytes);
    } else if (convention == CallingConvention::fastcall_) {
        names.push_back("@" + symbol + at_bytes);
    }
    names.push_back("_" + symbol);
    names.push_back(symbol + "_");
    return names;
}

/// The address of the first of `names` that the library exports, or null.
///
/// On Linux the system's look-up goes on into the library's dependencies, so `gamma` would be the C
/// library's before the library's own `gamma_`, and `exit` would become `_exit`. What the
/// library itself has comes first; of its dependencies' symbols only the name as written.
BRIDGE32_DETAIL_PLUGIN void* find_symbol(const boost::dll::shared_library& library,
                                         const std::vector<std::string>& names) {
    std::error_code error;
    const std::filesystem::path own = library.location(error);
    void* elsewhere = nullptr;
    for (const std::string& name : names) {
        if (!library.has(name)) {
            continue;
        }
        void* address = &library.get<char>(name);
        if (!kFindsSymbolsOfDependencies) {
            return address;
        }
        const std::filesystem::path place = boost::dll::symbol_location_ptr(address, error);
        if (error || place == own) {
            return address;
        }
        if (name == names.front()) {
            elsewhere = address;
        }
    }
    return elsewhere;
}

[[noreturn]] BRIDGE32_DETAIL_PLUGIN void throw_missing_symbol(const std::filesystem::path& library,
                                                              const std::string& symbol) {
    const std::string file = utf8_of(library);
    std::string explanation;
    if (host != nullptr) {
        host->explain_missing_symbol(host, file.data(), size_of(file), symbol.data(),
                                     size_of(symbol), receive_text, &explanation);
    }
    throw PluginError(explanation.empty()
                          ? "the library `" + file + "` does not export `" + symbol + "`"
                          : explanation);
}

}  // namespace detail

BRIDGE32_DETAIL_PLUGIN Library::Library(const std::string& name, LoadOptions options) {
    detail::OwnCode own;
    path_ = detail::find_library(name);
    library_ = detail::load_library(path_, options, own.interrupted());
    detail::LoadedLibraries::add(path_, library_);
}

BRIDGE32_DETAIL_PLUGIN void* Library::find(const std::string& symbol, CallingConvention convention,
                                           std::size_t argument_bytes) const {
    return detail::find_symbol(*static_cast<const boost::dll::shared_library*>(library_.get()),
                               detail::decorated_names(symbol, convention, argument_bytes));
}

BRIDGE32_DETAIL_PLUGIN void* Library::require(const std::string& symbol, void* address) const {
    if (address == nullptr) {
        detail::throw_missing_symbol(path_, symbol);
    }
    return address;
}

}  // namespace bridge32
