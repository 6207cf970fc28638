#include "host32/session/running_call.hpp"

namespace bridge32::host {

hosting::BlockShare RunningCall::allocate(std::uint64_t size, bool zero) {
    auto block =
        endpoint_->channel().make_block(size, zero ? wire::Content::kZero : wire::Content::kAny);
    std::byte* const memory = block->data();
    return {memory, size, std::move(block)};
}

hosting::BlockShare RunningCall::retain(const void* data) {
    const auto* const place = static_cast<const std::byte*>(data);
    std::uint32_t at = 0;
    for (const auto& attachment : request_->attachments()) {
        const auto* const begin = static_cast<const std::byte*>(attachment.data);
        if (place >= begin && place < begin + attachment.size && request_->is_shared(at)) {
            // The client allows it to be written to by passing what it made with make_array.
            return {const_cast<std::byte*>(place),
                    attachment.size - static_cast<std::uint64_t>(place - begin),
                    request_->hold(at)};
        }
        ++at;
    }
    return {};
}

}  // namespace bridge32::host
