#include "hosting/host_services.hpp"

#include <cstdio>
#include <deque>
#include <mutex>
#include <string>

#include "binary/library_search.hpp"
#include "binary/load_failure.hpp"
#include "binary/missing_symbol.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "bridge32/version.hpp"
#include "diagnostics/log.hpp"
#include "hosting/host_extensions.hpp"

namespace bridge32::hosting {

namespace fs = std::filesystem;

namespace {

using detail::path_from_utf8;
using detail::utf8_of;

/// The table and what its functions need to know. Plugins see the first member only.
struct HostTable {
    bridge32_host api;
    std::vector<fs::path> library_path;
};

const HostTable& table_of(const bridge32_host* host) {
    return *reinterpret_cast<const HostTable*>(host);
}

/// Every function of the table is called from C: nothing may leave it but its result.
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

const void* BRIDGE32_ABI get_extension(const bridge32_host*, const char* id) {
    return find_host_extension(id);
}

constexpr const char* kHostVersion =
    sizeof(void*) == 4 ? "host32 " BRIDGE32_VERSION : "host64 " BRIDGE32_VERSION;

}  // namespace

const bridge32_host& host_table(const std::vector<fs::path>& library_path) {
    // Tables are never freed: a plugin keeps its pointer as long as it is loaded. A deque, so
    // that they stay where they are.
    static std::mutex mutex;
    static auto* tables = new std::deque<HostTable>;
    const std::lock_guard lock(mutex);
    for (const auto& table : *tables) {
        if (table.library_path == library_path) return table.api;
    }
    binary::add_library_folders(library_path);
    tables->push_back({{sizeof(bridge32_host), BRIDGE32_ABI_VERSION, kHostVersion, reply, log,
                        find_library, explain_load_failure, explain_missing_symbol, get_extension},
                       library_path});
    return tables->back().api;
}

}  // namespace bridge32::hosting
