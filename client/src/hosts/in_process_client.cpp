#include "client/hosts/in_process_client.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/error.hpp"
#include "bridge32/internal/support/cancellation.hpp"

namespace bridge32::client {

namespace {
constexpr std::size_t kAlignment = 64;
}

hosting::BlockShare LocalArena::make(std::uint64_t size) {
    void* memory = nullptr;
    if (size <= std::numeric_limits<std::size_t>::max() - kAlignment) {
        const auto bytes = std::max<std::size_t>(static_cast<std::size_t>(size), 1);
        memory = ::operator new(bytes, std::align_val_t(kAlignment), std::nothrow);
        if (memory != nullptr) std::memset(memory, 0, bytes);
    }
    if (memory == nullptr) {
        throw Error("cannot allocate " + std::to_string(size) + " bytes");
    }
    const std::shared_ptr<void> owner(
        memory, [](void* mine) { ::operator delete(mine, std::align_val_t(kAlignment)); });
    auto* const place = static_cast<std::byte*>(memory);
    const std::lock_guard lock(mutex_);
    std::erase_if(blocks_, [](const auto& entry) { return entry.second.owner.expired(); });
    blocks_[place] = {size, owner};
    return {place, size, owner};
}

hosting::BlockShare LocalArena::find(const void* data) {
    const auto* const place = static_cast<const std::byte*>(data);
    const std::lock_guard lock(mutex_);
    auto found = blocks_.upper_bound(place);
    if (found == blocks_.begin()) return {};
    --found;
    const auto offset = static_cast<std::uint64_t>(place - found->first);
    const auto owner = found->second.owner.lock();
    if (owner == nullptr || offset >= found->second.size) return {};
    return {const_cast<std::byte*>(place), found->second.size - offset, owner};
}

std::int32_t InProcessCall::reply(std::string_view json,
                                  std::span<const bridge32_attachment> attachments) noexcept {
    if (std::exchange(replied, true)) return BRIDGE32_ALREADY_REPLIED;
    if (target_ == nullptr) return BRIDGE32_OK;
    try {
        target_->in_process.json = json;
        target_->in_process.memory.clear();
        target_->in_process.attachments.clear();
        for (const auto& attachment : attachments) {
            auto shared = port_->memory().find(attachment.data);
            if (shared.owner == nullptr || shared.size < attachment.size) {
                shared = port_->memory().make(attachment.size);
                if (attachment.size != 0) {
                    std::memcpy(shared.data, attachment.data,
                                static_cast<std::size_t>(attachment.size));
                }
            }
            target_->in_process.attachments.push_back({shared.data, attachment.size});
            target_->in_process.memory.push_back(std::move(shared.owner));
        }
    } catch (const std::exception&) {
        out_of_memory_ = true;
        return BRIDGE32_NOT_SENT;
    }
    return BRIDGE32_OK;
}

std::int32_t InProcessClient::emit(bridge32_call* call, std::string_view json,
                                   std::span<const bridge32_attachment> attachments) noexcept {
    // A constructor's call is another class, and is nobody's to wait for.
    const auto* const running = dynamic_cast<InProcessCall*>(call);
    try {
        if (!inbound_->has_event_handlers()) return BRIDGE32_OK;
        if (running == nullptr || running->thread() != std::this_thread::get_id()) {
            return post_event(json, attachments) ? BRIDGE32_OK : BRIDGE32_NOT_SENT;
        }
        try {
            inbound_->run_event(protocol::EventView(json), attachments);
        } catch (...) {
            auto* const target = running->target();
            if (target != nullptr && target->handler_error == nullptr) {
                target->handler_error = std::current_exception();
            }
        }
        return BRIDGE32_OK;
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
}

bool InProcessClient::post_event(std::string_view json,
                                 std::span<const bridge32_attachment> attachments) {
    auto text = std::make_shared<std::string>(json);
    auto memory = std::make_shared<std::vector<std::string>>();
    std::size_t size = text->size();
    for (const auto& attachment : attachments) {
        memory->emplace_back(static_cast<const char*>(attachment.data),
                             static_cast<std::size_t>(attachment.size));
        size += memory->back().size();
    }
    const auto task = [inbound = inbound_, text, memory] {
        std::vector<bridge32_attachment> views;
        for (const auto& bytes : *memory)
            views.push_back({bytes.data(), bytes.size()});
        try {
            inbound->run_event(protocol::EventView(*text), views);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "bridge32: an event handler threw: %s\n", e.what());
        }
        BRIDGE32_DETAIL_PASS_CANCELLATION
        catch (...) {
            std::fprintf(stderr, "bridge32: an event handler threw\n");
        }
    };
    return inbound_->dispatcher().post_bounded(task, size);
}

std::int32_t InProcessClient::invoke(bridge32_call* call, std::string_view json,
                                     std::span<const bridge32_attachment> attachments,
                                     bridge32_reply_receiver receive, void* user) noexcept {
    const auto* const running = dynamic_cast<InProcessCall*>(call);
    if (running != nullptr && running->depth() + 1 > BRIDGE32_MAX_CALL_DEPTH) {
        return BRIDGE32_TOO_DEEP;
    }
    try {
        const Nesting nesting(this);  // also on a thread of the library's
        Encoder reply;
        inbound_->run_callback(protocol::CallbackView(json), attachments, reply);
        receive(user, reply.text().data(), static_cast<std::uint32_t>(reply.text().size()),
                reply.attachments().data(), static_cast<std::uint32_t>(reply.attachments().size()));
        return BRIDGE32_OK;
    } catch (const std::exception&) {
        return BRIDGE32_NOT_SENT;
    }
}

}  // namespace bridge32::client
