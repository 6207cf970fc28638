// Memory that lives as long as one call: what pointers of a library's function point to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace bridge32::ffi {

/// Behind each buffer that a function fills lies a pattern that it must not touch.
inline constexpr std::size_t kCanary = 16;

class Memory {
public:
    Memory() noexcept {}
    Memory(const Memory&) = delete;
    Memory& operator=(const Memory&) = delete;

    /// `size` bytes, not cleared, aligned to 8.
    std::byte* take(std::size_t size) {
        const std::size_t begin = used_;
        if (size <= small_.size() - begin) {
            used_ = begin + ((size + 7) & ~std::size_t{7});
            return small_.data() + begin;
        }
        large_.push_back(std::make_unique<std::byte[]>(size));
        return large_.back().get();
    }
    /// Keeps `owner` as long as this.
    void keep(std::shared_ptr<void> owner) { kept_.push_back(std::move(owner)); }

    void clear() noexcept {
        used_ = 0;
        large_.clear();
        kept_.clear();
    }

private:
    alignas(8) std::array<std::byte, 1024> small_;  // a multiple of 8
    std::size_t used_ = 0;
    std::vector<std::unique_ptr<std::byte[]>> large_;
    std::vector<std::shared_ptr<void>> kept_;
};

}  // namespace bridge32::ffi
