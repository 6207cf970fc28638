// Which libraries this plugin has loaded, for those who ask it to describe itself:
// part of the plugin runtime.
#pragma once

#include <algorithm>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "bridge32/internal/support/compiler.hpp"

namespace bridge32::detail {

/// Each plugin has its own: see BRIDGE32_DETAIL_OWN. Any thread.
class BRIDGE32_DETAIL_OWN LoadedLibraries {
public:
    using Handle = std::shared_ptr<const void>;

    static void add(const std::filesystem::path& file, const Handle& library) {
        const std::lock_guard lock(mutex);
        std::erase_if(entries, [](const auto& entry) { return entry.second.expired(); });
        entries.emplace_back(file, library);
    }

    /// The files that are still loaded, in the order in which they were, each once.
    static std::vector<std::filesystem::path> files() {
        const std::lock_guard lock(mutex);
        std::vector<std::filesystem::path> files;
        for (const auto& [file, library] : entries) {
            if (!library.expired() && std::find(files.begin(), files.end(), file) == files.end()) {
                files.push_back(file);
            }
        }
        return files;
    }

private:
    static inline std::mutex mutex;
    static inline std::vector<std::pair<std::filesystem::path, std::weak_ptr<const void>>> entries;
};

}  // namespace bridge32::detail
