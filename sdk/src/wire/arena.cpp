#include "wire/arena.hpp"

#include <cstring>
#include <tuple>
#include <utility>

#include "bridge32/error.hpp"
#include "wire/arena_pool.hpp"

namespace bridge32::wire {

namespace {

std::string failure(std::uint64_t size, const std::string& reason) {
    return "cannot make a shared block of " + std::to_string(size) + " bytes (" +
           std::to_string(size >> 20) + " MiB): " + reason;
}

}  // namespace

SharedBlock::SharedBlock(std::shared_ptr<ArenaPool> pool, std::uint64_t size)
    : pool_(std::move(pool)), size_(size) {
    std::tie(slab_, slot_) = pool_->take(size);
}

SharedBlock::~SharedBlock() { pool_->let_go(*slab_, slot_); }

Arena::Arena(std::string prefix) : pool_(std::make_shared<ArenaPool>(std::move(prefix))) {}

Arena::~Arena() { pool_->close(); }

std::shared_ptr<SharedBlock> Arena::make(std::uint64_t size, Content content) {
    constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 62;  // beyond, sums would overflow
    if (size > kAbsurd) throw Error(failure(size, "no machine has as much"));
    try {
        auto block = std::make_shared<SharedBlock>(pool_, size);
        if (content == Content::kZero && !block->slab_->fresh(block->slot_)) {
            std::memset(block->data(), 0, static_cast<std::size_t>(size));
        }
        return block;
    } catch (const Error& e) {
        throw Error(failure(size, e.what()));
    }
}

bool Arena::has_blocks() const noexcept { return pool_->has_blocks(); }

std::optional<Arena::Place> Arena::find(const void* memory, std::uint64_t size) const {
    return pool_->find(static_cast<const std::byte*>(memory), size);
}

std::size_t Arena::segment_count() const { return pool_->segment_count(); }

}  // namespace bridge32::wire
