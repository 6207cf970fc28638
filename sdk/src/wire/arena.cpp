#include "wire/arena.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/give_back.hpp"
#include "os/segment.hpp"
#include "os/thread.hpp"

namespace bridge32::wire {

namespace {

// Segments with a large block each that are kept for the next message while nobody uses them.
// More than a few sizes in turn are rare. Of each size of small blocks, one idle segment is kept.
constexpr std::size_t kMaxIdleLarge = 3;

/// A small block comes from a segment of its size. A large one may be up to twice too large.
std::uint64_t largest_for(std::uint64_t block_bytes) {
    return block_bytes <= kLargestSmallBlock ? block_bytes : 2 * block_bytes;
}

std::string no_block(std::uint64_t size, const std::string& reason) {
    return "cannot allocate a shared block of " + os::size_in_words(size) + ": " + reason;
}

}  // namespace

/// All segments that an owner has, and which of them have room. Thread-safe. An arena and its
/// blocks own it together; a block that outlives the arena keeps its own segment alone.
///
/// A segment that nobody has used for times::kIdleSegment goes: calls that repeat find theirs, and
/// what one large call took does not stay. A thread looks after that for as long as there are any.
class ArenaPool {
public:
    explicit ArenaPool(std::string prefix) : prefix_(std::move(prefix)) {}

    /// A block of at least `size` bytes, in use. Throws bridge32::Error.
    std::pair<std::shared_ptr<Slab>, std::uint32_t> take(std::uint64_t size);
    void let_go(Slab& slab, std::uint32_t slot) noexcept;

    bool has_blocks() const noexcept { return blocks_.load(std::memory_order_relaxed) != 0; }
    std::optional<Arena::Place> find(const std::byte* memory, std::uint64_t size) const;
    std::size_t segment_count() const;

    /// The arena ends: lets go of the segments.
    void close() noexcept;

private:
    struct Entry {
        std::shared_ptr<Slab> slab;
        bool used = true;  // since the last look
    };
    using Slabs = std::multimap<std::uint64_t, Entry>;

    std::optional<std::pair<std::shared_ptr<Slab>, std::uint32_t>> take_from_existing(
        std::uint64_t block_bytes, std::uint64_t size);
    bool retire_idle(std::size_t large_to_keep, bool keep_small);
    std::shared_ptr<Slab> make_slab(std::uint32_t number, std::uint64_t block_bytes,
                                    std::size_t blocks_before);
    Slabs::iterator retire(Slabs::iterator slab);
    void start_looking() noexcept;
    void look_after_idle();

    const std::string prefix_;
    mutable std::mutex mutex_;
    Slabs slabs_;  ///< by the size of their blocks
    std::map<const std::byte*, Slab*, std::less<>> by_address_;
    std::uint32_t next_number_ = 0;
    std::atomic<std::uint32_t> blocks_{0};
    bool closed_ = false;
    bool looking_ = false;
    std::condition_variable closing_;
    os::Thread looker_;
};

std::pair<std::shared_ptr<Slab>, std::uint32_t> ArenaPool::take(std::uint64_t size) {
    const std::uint64_t block_bytes = block_bytes_for(size);
    std::uint32_t number = 0;
    std::size_t blocks_before = 0;
    {
        const std::lock_guard lock(mutex_);
        if (auto taken = take_from_existing(block_bytes, size)) return *std::move(taken);
        retire_idle(kMaxIdleLarge, true);
        number = next_number_++;
        const auto [begin, end] = slabs_.equal_range(block_bytes);
        for (auto it = begin; it != end; ++it)
            blocks_before += it->second.slab->block_count();
    }
    // Not locked: reserving and zeroing a GiB takes the system a good part of a second.
    auto slab = make_slab(number, block_bytes, blocks_before);
    const std::uint32_t slot = *slab->take(size);
    {
        const std::lock_guard lock(mutex_);
        const auto place = slabs_.emplace(block_bytes, Entry{slab});
        try {
            by_address_.emplace(slab->begin(), slab.get());
        } catch (...) {
            slabs_.erase(place);
            throw;
        }
    }
    blocks_.fetch_add(1, std::memory_order_relaxed);
    return {std::move(slab), slot};
}

std::optional<std::pair<std::shared_ptr<Slab>, std::uint32_t>> ArenaPool::take_from_existing(
    std::uint64_t block_bytes, std::uint64_t size) {
    const auto end = slabs_.upper_bound(largest_for(block_bytes));
    for (auto it = slabs_.lower_bound(block_bytes); it != end; ++it) {
        if (const auto slot = it->second.slab->take(size)) {
            it->second.used = true;
            blocks_.fetch_add(1, std::memory_order_relaxed);
            return std::pair(it->second.slab, *slot);
        }
    }
    return std::nullopt;
}

void ArenaPool::let_go(Slab& slab, std::uint32_t slot) noexcept {
    const std::lock_guard lock(mutex_);
    slab.let_go(slot);
    blocks_.fetch_sub(1, std::memory_order_relaxed);
    if (!looking_) start_looking();
}

/// With mutex_ held.
void ArenaPool::start_looking() noexcept {
    if (closed_) return;
    if (looker_.joinable()) looker_.join();  // it has ended, but for its return
    try {
        looker_ = os::Thread([this] { look_after_idle(); }, os::Stack::kForOurs);
        looking_ = true;
    } catch (const std::exception&) {
        // No thread is to be had: the memory stays.
    }
}

void ArenaPool::look_after_idle() {
    std::unique_lock lock(mutex_);
    do {
        if (closing_.wait_for(lock, times::kIdleSegment, [this] { return closed_; })) return;
        std::vector<std::shared_ptr<Slab>> idle;
        for (auto it = slabs_.begin(); it != slabs_.end();) {
            if (std::exchange(it->second.used, false) || !it->second.slab->idle()) {
                ++it;
                continue;
            }
            idle.push_back(it->second.slab);
            it = retire(it);
        }
        lock.unlock();  // it takes a while, and is nobody's any more
        for (const auto& slab : idle)
            os::give_back(slab->memory(0),
                          static_cast<std::size_t>(slab->block_count() * slab->block_bytes()));
        idle.clear();
        lock.lock();
    } while (!slabs_.empty());
    looking_ = false;
}

std::optional<Arena::Place> ArenaPool::find(const std::byte* memory, std::uint64_t size) const {
    const std::lock_guard lock(mutex_);
    const auto next = by_address_.upper_bound(memory);
    if (next == by_address_.begin()) return std::nullopt;
    Slab& slab = *std::prev(next)->second;
    const auto reference = slab.find(memory, size);
    if (!reference) return std::nullopt;
    return Arena::Place{*reference, &slab.references(reference->slot), &slab};
}

std::size_t ArenaPool::segment_count() const {
    const std::lock_guard lock(mutex_);
    return slabs_.size();
}

void ArenaPool::close() noexcept {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        by_address_.clear();
        slabs_.clear();
    }
    closing_.notify_all();
    if (looker_.joinable()) looker_.join();
}

ArenaPool::Slabs::iterator ArenaPool::retire(Slabs::iterator slab) {
    slab->second.slab->retire();
    by_address_.erase(slab->second.slab->begin());
    return slabs_.erase(slab);
}

bool ArenaPool::retire_idle(std::size_t large_to_keep, bool keep_small) {
    std::vector<Slabs::iterator> large;
    std::uint64_t kept = 0;  // the size of small blocks of which an idle segment was found
    bool any = false;
    for (auto it = slabs_.begin(); it != slabs_.end();) {
        if (!it->second.slab->idle()) {
            ++it;
        } else if (it->first > kLargestSmallBlock) {
            large.push_back(it++);
        } else if (keep_small && it->first != kept) {
            kept = (it++)->first;
        } else {
            it = retire(it);
            any = true;
        }
    }
    // The oldest first: a size that is still in use is found again and again.
    std::sort(large.begin(), large.end(), [](const auto& a, const auto& b) {
        return a->second.slab->number() < b->second.slab->number();
    });
    for (std::size_t i = 0; i + large_to_keep < large.size(); ++i) {
        retire(large[i]);
        any = true;
    }
    return any;
}

/// Makes a segment; when that fails, once more after giving up all that nobody uses.
std::shared_ptr<Slab> ArenaPool::make_slab(std::uint32_t number, std::uint64_t block_bytes,
                                           std::size_t blocks_before) {
    try {
        return std::make_shared<Slab>(prefix_, number, block_bytes, blocks_before);
    } catch (const Error&) {
        const std::lock_guard lock(mutex_);
        if (!retire_idle(0, false)) throw;
    }
    return std::make_shared<Slab>(prefix_, number, block_bytes);
}

Block::Block(std::shared_ptr<ArenaPool> pool, std::uint64_t size)
    : pool_(std::move(pool)), size_(size) {
    std::tie(slab_, slot_) = pool_->take(size);
}

Block::~Block() {
    // In a child made by fork, a thread that is not there may hold the pool's lock.
    if (owner_.is_this()) pool_->let_go(*slab_, slot_);
}

Arena::Arena(std::string prefix) : pool_(std::make_shared<ArenaPool>(std::move(prefix))) {}

Arena::~Arena() { pool_->close(); }

std::shared_ptr<Block> Arena::make(std::uint64_t size, Content content) {
    constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 62;  // beyond, sums would overflow
    if (size > kAbsurd) throw Error(no_block(size, "this is more than any machine has"));
    try {
        auto block = std::make_shared<Block>(pool_, size);
        if (content == Content::kZero && !block->slab_->fresh(block->slot_)) {
            std::memset(block->data(), 0, static_cast<std::size_t>(size));
        }
        return block;
    } catch (const Error& e) {
        throw Error(no_block(size, e.what()));
    }
}

bool Arena::has_blocks() const noexcept { return pool_->has_blocks(); }

std::optional<Arena::Place> Arena::find(const void* memory, std::uint64_t size) const {
    return pool_->find(static_cast<const std::byte*>(memory), size);
}

std::size_t Arena::segment_count() const { return pool_->segment_count(); }

}  // namespace bridge32::wire
