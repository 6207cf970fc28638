// Buffers for encoding replies, kept from call to call: part of the plugin runtime.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/encoder.hpp"

namespace bridge32::detail {

/// Any thread; calls that nest or run at the same time get an encoder each.
///
/// Not thread_local variables: one with a destructor keeps the plugin from being unloaded
/// until its thread ends, and the main thread ends with the process.
class ScratchPool {
public:
    ScratchPool() { spare_.reserve(kKeptEncoders); }
    ScratchPool(const ScratchPool&) = delete;
    ScratchPool& operator=(const ScratchPool&) = delete;
    ~ScratchPool() { delete last_.load(); }

    /// Lends an encoder while it lives.
    class Lease {
    public:
        explicit Lease(ScratchPool& pool) : pool_(pool), encoder_(pool.take()) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() { pool_.give_back(std::move(encoder_)); }

        Encoder& encoder() const noexcept { return *encoder_; }

    private:
        ScratchPool& pool_;
        std::unique_ptr<Encoder> encoder_;
    };

private:
    /// What one huge reply needed is not held for ever.
    static constexpr std::size_t kKeptBytes = 1 << 20;
    static constexpr std::size_t kKeptEncoders = 16;

    std::unique_ptr<Encoder> take() {
        if (Encoder* const last = last_.exchange(nullptr, std::memory_order_acquire)) {
            return std::unique_ptr<Encoder>(last);
        }
        {
            const std::lock_guard lock(mutex_);
            if (!spare_.empty()) {
                auto encoder = std::move(spare_.back());
                spare_.pop_back();
                return encoder;
            }
        }
        return std::make_unique<Encoder>();
    }

    void give_back(std::unique_ptr<Encoder> encoder) noexcept {
        encoder->clear();
        if (encoder->text().capacity() > kKeptBytes) {
            return;
        }
        encoder.reset(last_.exchange(encoder.release(), std::memory_order_acq_rel));
        if (encoder == nullptr) {
            return;
        }
        const std::lock_guard lock(mutex_);
        if (spare_.size() < kKeptEncoders) {
            spare_.push_back(std::move(encoder));
        }
    }

    std::atomic<Encoder*> last_{nullptr};  // owned: calls one after the other take no lock
    std::mutex mutex_;
    std::vector<std::unique_ptr<Encoder>> spare_;
};

}  // namespace bridge32::detail
