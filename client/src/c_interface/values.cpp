#include "client/c_interface/values.hpp"

#include <atomic>
#include <complex>
#include <map>
#include <memory>
#include <mutex>

#include "bridge32/error.hpp"
#include "client/c_interface/client.hpp"
#include "client/c_interface/errors.hpp"
#include "os/fork.hpp"

namespace bridge32::c_interface {

namespace {

using detail::Tag;

void check_function(Decoder& in, KnownFunctions functions) {
    const auto token = in.function();
    if (functions == nullptr) throw CodecError("a function can only be an argument of a call");
    if (!functions->knows(token.id)) {
        throw CodecError("there is no function " + std::to_string(token.id) +
                         "; use a number from bridge32_client_add_function");
    }
}

void check(Decoder& in, KnownFunctions functions);

void check_members(Decoder& in, KnownFunctions functions) {
    in.reader().enter_object();
    while (const auto key = in.next_key()) {
        const std::string name(*key);
        detail::at_member(name, [&] { check(in, functions); });
    }
}

void check_untagged(Decoder& in, KnownFunctions functions) {
    if (in.peek() == Kind::object) {
        check_members(in, functions);
    } else if (in.peek() == Kind::array) {
        in.reader().enter_array();
        for (std::size_t i = 0; in.reader().next_element(); ++i)
            detail::at_index(i, [&] { check(in, functions); });
    } else {
        in.reader().skip_value();
    }
}

void check(Decoder& in, KnownFunctions functions) {
    switch (in.tag()) {
        case Tag::none:
            return check_untagged(in, functions);
        case Tag::array: {
            const auto array = in.array();
            // Callers trust the offsets in a dtype of structs.
            if (array.dtype == detail::Dtype::structure) detail::item_layout(array);
            return;
        }
        case Tag::bytes:
            in.bytes();
            return;
        case Tag::real:
            in.value<double>();
            return;
        case Tag::complex:
            in.value<std::complex<double>>();
            return;
        case Tag::callback:
            return check_function(in, functions);
        case Tag::handle:
            in.handle();
            return;
    }
}

/// Memory given to callers, by address. Never destroyed: another thread may free some while the
/// program ends.
struct SharedBuffers {
    os::OwnerProcess owner;
    std::mutex mutex;
    std::map<const void*, std::shared_ptr<void>> owners;
};

/// A child made by fork has others: a thread that is not there may have the lock of its parent's.
SharedBuffers& shared_buffers() {
    static std::atomic<SharedBuffers*> current{nullptr};
    SharedBuffers* all = current.load();
    if (all != nullptr && all->owner.is_this()) return *all;
    auto fresh = std::make_unique<SharedBuffers>();
    if (!current.compare_exchange_strong(all, fresh.get())) return *all;
    if (all != nullptr) os::keep_copy(all);
    return *fresh.release();
}

}  // namespace

std::string_view check_value(std::string_view json, std::span<const bridge32_attachment> buffers,
                             KnownFunctions functions) {
    Decoder in(json, buffers);
    check(in, functions);
    in.reader().finish();
    return Reader(json).skip_value();
}

std::vector<bridge32_attachment> read_buffers(const bridge32_buffer* buffers, std::uint32_t count) {
    std::vector<bridge32_attachment> result;
    if (count == 0) return result;
    require(buffers, "the list of buffers");
    result.reserve(count);
    for (const auto& buffer : std::span(buffers, count)) {
        if (buffer.data == nullptr && buffer.size != 0) {
            throw InvalidArgument("the data of buffer " + std::to_string(result.size()) +
                                  " is null, but its size is " + std::to_string(buffer.size));
        }
        result.push_back({buffer.data, buffer.size});
    }
    return result;
}

}  // namespace bridge32::c_interface

using bridge32::c_interface::ClientUse;
using bridge32::c_interface::guarded;
using bridge32::c_interface::require;

int32_t bridge32_client_make_buffer(bridge32_client* client, uint64_t size, void** data,
                                    char** error) {
    return guarded(error, [&] {
        require(data, "where to put the buffer");
        *data = nullptr;
        auto memory = ClientUse(client).core().make_block(size == 0 ? 1 : size);
        auto& all = bridge32::c_interface::shared_buffers();
        const std::lock_guard lock(all.mutex);
        all.owners.insert_or_assign(memory.data, std::move(memory.owner));
        *data = memory.data;
    });
}

void bridge32_free_buffer(void* data) {
    auto& all = bridge32::c_interface::shared_buffers();
    std::shared_ptr<void> last;  // freed after the mutex is unlocked
    const std::lock_guard lock(all.mutex);
    const auto found = all.owners.find(data);
    if (found == all.owners.end()) return;
    last = std::move(found->second);
    all.owners.erase(found);
}
