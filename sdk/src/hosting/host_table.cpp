#include "hosting/host_table.hpp"

#include <cstdio>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "binary/library_facts.hpp"
#include "binary/library_search.hpp"
#include "binary/load_failure.hpp"
#include "binary/missing_symbol.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "bridge32/version.hpp"
#include "diagnostics/log.hpp"
#include "hosting/plugin_rules.hpp"
#include "hosting/unload_guard.hpp"
#include "os/callers.hpp"
#include "os/path.hpp"

namespace bridge32::hosting {

namespace fs = std::filesystem;

namespace {

using os::path_from_utf8;
using os::utf8_of;

/// The table and its functions' state. Plugins see only the first member.
struct HostTable {
    bridge32_host api;
    std::vector<fs::path> library_path;
    bool allow_unsafe;
};

const HostTable& table_of(const bridge32_host* host) {
    return *reinterpret_cast<const HostTable*>(host);
}

/// What stands in a table for a function of ours: plugins call it with whatever their libraries
/// have made of the stack and the floating-point unit.
template <auto kFunction>
struct CalledBy;
template <class R, class... A, R(BRIDGE32_ABI* kFunction)(A...)>
struct CalledBy<kFunction> {
    BRIDGE32_ALIGN_STACK static R BRIDGE32_ABI plugin(A... arguments) {
        const detail::OwnCode own;
        return kFunction(arguments...);
    }
};

/// The functions of the table are called from C, so no exception may leave them.
template <class Work>
void answer(bridge32_text_receiver receive, void* user, const Work& work) noexcept {
    try {
        const std::string text = work();
        receive(user, text.data(), static_cast<std::uint32_t>(text.size()));
    } catch (const std::exception& e) {
        const std::string_view text = e.what();
        receive(user, text.data(), static_cast<std::uint32_t>(text.size()));
    }
}

std::int32_t BRIDGE32_ABI reply(const bridge32_host*, bridge32_call* call, const char* json,
                                std::uint32_t json_size, const bridge32_attachment* attachments,
                                std::uint32_t attachment_count) {
    return call->reply({json, json_size}, {attachments, attachment_count});
}

void BRIDGE32_ABI log(const bridge32_host*, std::uint32_t level, const char* text,
                      std::uint32_t size) {
    static constexpr const char* kNames[] = {"", "error", "warning", "info", "debug"};
    if (level == 0 || level > BRIDGE32_LOG_DEBUG) return;
    const auto asked = static_cast<diagnostics::LogLevel>(level);
    if (diagnostics::logs(asked)) return diagnostics::log(asked, {text, size});
    if (level > BRIDGE32_LOG_WARNING) return;  // the others are shown always
    std::fprintf(stderr, "bridge32 %s: %.*s\n", kNames[level], static_cast<int>(size), text);
}

void BRIDGE32_ABI find_library(const bridge32_host* host, const char* name, std::uint32_t name_size,
                               const char* folder, std::uint32_t folder_size,
                               bridge32_text_receiver receive, void* user) {
    answer(receive, user, [&] {
        return utf8_of(binary::find_library(path_from_utf8({name, name_size}),
                                            path_from_utf8({folder, folder_size}),
                                            table_of(host).library_path)
                           .path);
    });
}

void BRIDGE32_ABI explain_load_failure(const bridge32_host* host, const char* path,
                                       std::uint32_t path_size, const char* folder,
                                       std::uint32_t folder_size, const char* reason,
                                       std::uint32_t reason_size, bridge32_text_receiver receive,
                                       void* user) {
    answer(receive, user, [&] {
        return binary::explain_load_failure(path_from_utf8({path, path_size}),
                                            path_from_utf8({folder, folder_size}),
                                            table_of(host).library_path, {reason, reason_size});
    });
}

void BRIDGE32_ABI explain_missing_symbol(const bridge32_host*, const char* path,
                                         std::uint32_t path_size, const char* symbol,
                                         std::uint32_t symbol_size, bridge32_text_receiver receive,
                                         void* user) {
    answer(receive, user, [&] {
        return binary::explain_missing_symbol(path_from_utf8({path, path_size}),
                                              {symbol, symbol_size});
    });
}

// The extensions.

std::span<const bridge32_attachment> span_of(const bridge32_attachment* attachments,
                                             std::uint32_t count) noexcept {
    return {attachments, count};
}

bridge32_peer* BRIDGE32_ABI client_of(const bridge32_host*, bridge32_call* call) {
    auto port = call == nullptr ? nullptr : call->client();
    if (port == nullptr) return nullptr;
    return new (std::nothrow) bridge32_peer{std::move(port)};
}

void BRIDGE32_ABI release_client(const bridge32_host*, bridge32_peer* client) { delete client; }

std::uint64_t BRIDGE32_ABI client_id(const bridge32_host*, bridge32_peer* client) {
    return client->port->id();
}

std::int32_t BRIDGE32_ABI emit(const bridge32_host*, bridge32_peer* client, bridge32_call* call,
                               const char* json, std::uint32_t json_size,
                               const bridge32_attachment* attachments,
                               std::uint32_t attachment_count) {
    return client->port->emit(call, {json, json_size}, span_of(attachments, attachment_count));
}

std::int32_t BRIDGE32_ABI invoke(const bridge32_host*, bridge32_peer* client, bridge32_call* call,
                                 const char* json, std::uint32_t json_size,
                                 const bridge32_attachment* attachments,
                                 std::uint32_t attachment_count, bridge32_reply_receiver receive,
                                 void* user) {
    return client->port->invoke(call, {json, json_size}, span_of(attachments, attachment_count),
                                receive, user);
}

std::int32_t BRIDGE32_ABI cancelled(const bridge32_host*, bridge32_call* call) {
    return call->cancelled() ? 1 : 0;
}

/// Gives `share` to the plugin; the token holds it.
std::int32_t give(BlockShare share, bridge32_block* block, std::int32_t if_none) {
    if (share.owner == nullptr) return if_none;
    block->data = share.data;
    block->size = share.size;
    block->token = new std::shared_ptr<const void>(std::move(share.owner));
    return BRIDGE32_OK;
}

template <bool kZero>
std::int32_t BRIDGE32_ABI allocate(const bridge32_host*, bridge32_call* call, std::uint64_t size,
                                   bridge32_block* block) {
    try {
        return give(call->allocate(size, kZero), block, BRIDGE32_NO_MEMORY);
    } catch (const std::exception&) {
        return BRIDGE32_NO_MEMORY;
    }
}

std::int32_t BRIDGE32_ABI retain(const bridge32_host*, bridge32_call* call, const void* data,
                                 bridge32_block* block) {
    try {
        return give(call->retain(data), block, BRIDGE32_NOT_SHARED);
    } catch (const std::exception&) {
        return BRIDGE32_NO_MEMORY;
    }
}

void BRIDGE32_ABI release_block(const bridge32_host*, bridge32_block* block) {
    delete static_cast<std::shared_ptr<const void>*>(block->token);
    block->token = nullptr;
}

void BRIDGE32_ABI describe_library(const bridge32_host*, const char* path, std::uint32_t path_size,
                                   bridge32_text_receiver receive, void* user) {
    try {
        const std::string json =
            binary::library_facts(path_from_utf8({path, path_size}))
                .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        receive(user, json.data(), static_cast<std::uint32_t>(json.size()));
    } catch (const std::exception&) {
        receive(user, "{}", 2);
    }
}

void* BRIDGE32_ABI before_load(const bridge32_host*) { return new (std::nothrow) UnloadGuard; }

void BRIDGE32_ABI after_load(const bridge32_host*) { loaded(); }

void BRIDGE32_ABI before_unload(const bridge32_host*, void* token, const char* path,
                                std::uint32_t path_size, std::uint32_t unload) {
    const std::unique_ptr<UnloadGuard> guard(static_cast<UnloadGuard*>(token));
    if (path_size == 0 || unload == BRIDGE32_UNLOAD_ALWAYS) return;
    try {
        const fs::path file = path_from_utf8({path, path_size});
        if (guard == nullptr || unload == BRIDGE32_UNLOAD_NEVER) {
            os::keep_loaded(file);
        } else {
            guard->before_unload(file);
        }
    } catch (const std::exception&) {
        // No memory: it is unloaded.
    }
}

std::int32_t BRIDGE32_ABI closed_path(const bridge32_host* host, const char* path,
                                      std::uint32_t path_size, bridge32_text_receiver receive,
                                      void* user) {
    std::int32_t closed = 0;
    answer(receive, user, [&] {
        const PluginRules rules{{}, table_of(host).allow_unsafe};
        std::string text =
            utf8_of(require_safe(path_from_utf8({path, path_size}), rules, "library").path);
        closed = 1;
        return text;
    });
    return closed;
}

constexpr bridge32_clients kClients{sizeof(bridge32_clients),         CalledBy<client_of>::plugin,
                                    CalledBy<release_client>::plugin, CalledBy<client_id>::plugin,
                                    CalledBy<emit>::plugin,           CalledBy<invoke>::plugin,
                                    CalledBy<cancelled>::plugin};
constexpr bridge32_memory kMemory{sizeof(bridge32_memory), CalledBy<allocate<true>>::plugin,
                                  CalledBy<retain>::plugin, CalledBy<release_block>::plugin,
                                  CalledBy<allocate<false>>::plugin};
constexpr bridge32_libraries kLibraries{
    sizeof(bridge32_libraries),      CalledBy<describe_library>::plugin,
    CalledBy<before_load>::plugin,   CalledBy<after_load>::plugin,
    CalledBy<before_unload>::plugin, CalledBy<closed_path>::plugin};

const void* BRIDGE32_ABI get_extension(const bridge32_host*, const char* id) {
    if (std::strcmp(id, BRIDGE32_CLIENTS) == 0) return &kClients;
    if (std::strcmp(id, BRIDGE32_MEMORY) == 0) return &kMemory;
    if (std::strcmp(id, BRIDGE32_LIBRARIES) == 0) return &kLibraries;
    return nullptr;
}

constexpr const char* kHostVersion =
    sizeof(void*) == 4 ? "host32 " BRIDGE32_VERSION : "host64 " BRIDGE32_VERSION;

}  // namespace

const bridge32_host& host_table(const std::vector<fs::path>& library_path, bool allow_unsafe) {
    // Tables are never freed: a plugin keeps its pointer as long as it is loaded. A deque, so
    // that they stay where they are.
    static std::mutex mutex;
    static auto* tables = new std::deque<HostTable>;
    const std::lock_guard lock(mutex);
    for (const auto& table : *tables) {
        if (table.library_path == library_path && table.allow_unsafe == allow_unsafe) {
            return table.api;
        }
    }
    binary::add_library_folders(library_path);
    tables->push_back({{sizeof(bridge32_host), BRIDGE32_ABI_VERSION, kHostVersion,
                        CalledBy<reply>::plugin, CalledBy<log>::plugin,
                        CalledBy<find_library>::plugin, CalledBy<explain_load_failure>::plugin,
                        CalledBy<explain_missing_symbol>::plugin, CalledBy<get_extension>::plugin},
                       library_path,
                       allow_unsafe});
    return tables->back().api;
}

}  // namespace bridge32::hosting
