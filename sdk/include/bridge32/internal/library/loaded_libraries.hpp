// Which libraries this plugin has loaded, for those who ask it to describe itself.
#pragma once

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/extensions.h"
#include "bridge32/internal/codec/bytes.hpp"
#include "bridge32/internal/library/library_loader.hpp"
#include "bridge32/internal/support/host.hpp"

namespace bridge32::detail {

/// Each plugin has its own: see BRIDGE32_DETAIL_OWN. Any thread.
class BRIDGE32_DETAIL_OWN LoadedLibraries {
public:
    using Handle = std::shared_ptr<const boost::dll::shared_library>;

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
    static inline std::vector<
        std::pair<std::filesystem::path, std::weak_ptr<const boost::dll::shared_library>>>
        entries;
};

/// What the host knows of them: see bridge32_libraries. Without that, their paths.
inline Json describe_libraries(const bridge32_host& its_host) {
    const auto* const table = static_cast<const bridge32_libraries*>(
        its_host.get_extension(&its_host, BRIDGE32_LIBRARIES));
    Json all = Json::array();
    for (const std::filesystem::path& file : LoadedLibraries::files()) {
        const std::string path = utf8_of(file);
        std::string facts;
        if (table != nullptr) {
            table->describe(&its_host, path.data(), size_of(path), receive_text, &facts);
        }
        Json json = Json::parse(facts, nullptr, false);
        all.push_back(json.is_object() ? std::move(json) : Json{{"path", path}});
    }
    return all;
}

}  // namespace bridge32::detail
