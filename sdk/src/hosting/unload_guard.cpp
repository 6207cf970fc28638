#include "hosting/unload_guard.hpp"

#include <atomic>
#include <exception>

#include "diagnostics/log.hpp"
#include "os/path.hpp"

namespace bridge32::hosting {

namespace {

std::atomic<void (*)() noexcept> look_after_load{nullptr};

}  // namespace

void UnloadGuard::before_unload(const std::filesystem::path& file) const noexcept {
    try {
        const std::string left = os::Callers::now().since(before_);
        if (left.empty()) return;
        os::keep_loaded(file);
        diagnostics::log(diagnostics::LogLevel::kInfo,
                         os::utf8_of(file) +
                             " stays loaded: since it was loaded, this has come "
                             "into the process and may still run its code: " +
                             left);
    } catch (const std::exception&) {
        os::keep_loaded(file);
    }
}

void after_each_load(void (*look)() noexcept) noexcept { look_after_load.store(look); }

void loaded() noexcept {
    if (auto* const look = look_after_load.load()) look();
}

}  // namespace bridge32::hosting
