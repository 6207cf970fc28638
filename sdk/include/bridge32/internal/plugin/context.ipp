// The functions of context.hpp.
#pragma once

#include <string>

#include "bridge32/error.hpp"
#include "bridge32/internal/plugin/context.hpp"

namespace bridge32 {
namespace detail {

BRIDGE32_DETAIL_PLUGIN ClientShare::ClientShare(const bridge32_host& its_host, bridge32_call* call)
    : host_(&its_host), client_(clients_of(its_host).client_of(&its_host, call)) {
    if (client_ == nullptr) {
        throw Error("this host has no client to send to");
    }
}

BRIDGE32_DETAIL_PLUGIN ClientShare::~ClientShare() { clients_of(*host_).release(host_, client_); }

BRIDGE32_DETAIL_PLUGIN bool send_event(const ClientShare& client, bridge32_call* call,
                                       const Encoder& event) {
    const auto& its_host = client.its_host();
    const auto code = clients_of(its_host).emit(
        &its_host, client.get(), call, event.text().data(), size_of(event.text()),
        event.attachments().data(), static_cast<std::uint32_t>(event.attachments().size()));
    return code == BRIDGE32_OK;
}

BRIDGE32_DETAIL_PLUGIN std::shared_ptr<void> own_block(const bridge32_host& its_host,
                                                       const bridge32_block& block) {
    return std::shared_ptr<bridge32_block>(new bridge32_block(block),
                                           [owner = &its_host](bridge32_block* mine) {
                                               memory_of(*owner).release(owner, mine);
                                               delete mine;
                                           });
}

}  // namespace detail

BRIDGE32_DETAIL_PLUGIN Emitter Context::emitter() const {
    return Emitter(std::make_shared<detail::ClientShare>(scope_->its_host(), scope_->call()));
}

BRIDGE32_DETAIL_PLUGIN bool Context::cancelled() const {
    const auto& its_host = scope_->its_host();
    return detail::clients_of(its_host).cancelled(&its_host, scope_->call()) != 0;
}

BRIDGE32_DETAIL_PLUGIN const bridge32_memory& Context::memory() const {
    return detail::memory_of(scope_->its_host());
}

BRIDGE32_DETAIL_PLUGIN Context::Allocate Context::for_overwrite() const {
    const bridge32_memory& table = memory();
    return table.struct_size >= sizeof(bridge32_memory) ? table.allocate_for_overwrite
                                                        : table.allocate;
}

BRIDGE32_DETAIL_PLUGIN bridge32_block Context::get(std::uint64_t size, Allocate allocate) const {
    bridge32_block block{sizeof(bridge32_block), nullptr, 0, nullptr};
    const std::string what = "an array of " + std::to_string(size) + " bytes cannot be allocated";
    const auto code = allocate(&scope_->its_host(), scope_->call(), size, &block);
    constexpr std::uint64_t kLarge = std::uint64_t{1} << 30;
    if (code == BRIDGE32_NO_MEMORY && sizeof(void*) == 4 && size >= kLarge) {
        throw Error(what +
                    ": a 32-bit process has 4 GB of addresses for everything, and no gap of that "
                    "size is left. Return the data in parts");
    }
    detail::throw_unless_ok(code, what);
    return block;
}

BRIDGE32_DETAIL_PLUGIN bridge32_block Context::keep(const void* data) const {
    const auto& its_host = scope_->its_host();
    bridge32_block block{sizeof(bridge32_block), nullptr, 0, nullptr};
    detail::throw_unless_ok(
        detail::memory_of(its_host).retain(&its_host, scope_->call(), data, &block),
        "the argument cannot be kept after the call");
    return block;
}

BRIDGE32_DETAIL_PLUGIN Bytes Context::make_bytes(std::size_t size) const {
    const bridge32_block block = get(size, memory().allocate);
    return Bytes(static_cast<std::uint8_t*>(block.data), size,
                 detail::own_block(scope_->its_host(), block));
}

BRIDGE32_DETAIL_PLUGIN Bytes Context::make_bytes_for_overwrite(std::size_t size) const {
    const bridge32_block block = get(size, for_overwrite());
    return Bytes(static_cast<std::uint8_t*>(block.data), size,
                 detail::own_block(scope_->its_host(), block));
}

BRIDGE32_DETAIL_PLUGIN Context context() { return Context(detail::current_scope()); }

}  // namespace bridge32
