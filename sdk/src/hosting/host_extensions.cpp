#include "hosting/host_extensions.hpp"

#include <cstring>
#include <exception>
#include <memory>
#include <string>

#include "binary/library_facts.hpp"
#include "bridge32/extensions.h"
#include "bridge32/internal/text/path_text.hpp"
#include "hosting/host_services.hpp"

namespace bridge32::hosting {

namespace {

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

/// Gives `memory` to the plugin; the token holds the share in it.
std::int32_t give(SharedMemory memory, bridge32_block* block, std::int32_t if_none) {
    if (memory.owner == nullptr) return if_none;
    block->data = memory.data;
    block->size = memory.size;
    block->token = new std::shared_ptr<const void>(std::move(memory.owner));
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
            binary::library_facts(detail::path_from_utf8({path, path_size}))
                .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        receive(user, json.data(), static_cast<std::uint32_t>(json.size()));
    } catch (const std::exception&) {
        receive(user, "{}", 2);
    }
}

constexpr bridge32_clients kClients{
    sizeof(bridge32_clients), client_of, release_client, client_id, emit, invoke, cancelled};
constexpr bridge32_memory kMemory{sizeof(bridge32_memory), allocate<true>, retain, release_block,
                                  allocate<false>};
constexpr bridge32_libraries kLibraries{sizeof(bridge32_libraries), describe_library};

}  // namespace

const void* find_host_extension(const char* id) noexcept {
    if (std::strcmp(id, BRIDGE32_CLIENTS) == 0) return &kClients;
    if (std::strcmp(id, BRIDGE32_MEMORY) == 0) return &kMemory;
    if (std::strcmp(id, BRIDGE32_LIBRARIES) == 0) return &kLibraries;
    return nullptr;
}

}  // namespace bridge32::hosting
