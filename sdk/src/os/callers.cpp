#include "os/callers.hpp"

#include <algorithm>

namespace bridge32::os {

std::string Callers::since(const Callers& before) const {
    if (!known_ || !before.known_) return "something unknown (the system does not list threads)";
    std::string text;
    const auto add = [&text](const std::string& what) {
        text += (text.empty() ? "" : ", ") + what;
    };
    const auto is_new = [](const std::vector<std::uint64_t>& old, std::uint64_t number) {
        return std::find(old.begin(), old.end(), number) == old.end();
    };
    for (const auto thread : threads_) {
        if (is_new(before.threads_, thread)) add("a thread (" + std::to_string(thread) + ")");
    }
    const auto keys = std::count_if(keys_.begin(), keys_.end(),
                                    [&](auto key) { return is_new(before.keys_, key); });
    if (keys != 0) add("thread-specific keys (" + std::to_string(keys) + ")");
    for (std::size_t i = 0; i < handlers_.size(); ++i) {
        if (handlers_[i] != 0 && handlers_[i] != before.handlers_[i])
            add("a handler of signal " + std::to_string(i + 1));
    }
    return text;
}

}  // namespace bridge32::os
