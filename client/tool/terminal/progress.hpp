// A progress bar for a plugin's "progress" events.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// Draws on stderr. Thread-safe.
class Progress {
public:
    explicit Progress(bool shown) : shown_(shown) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    /// `value`: the event's value: 0.25, [5, 20] (done, total), or an object with "done" and
    /// "total". A string in it is shown beside the bar.
    void update(const Json& value);
    /// Removes the bar.
    void clear();

private:
    std::mutex mutex_;
    bool shown_;
    std::string drawn_;
};

/// The fraction done, from 0 to 1, negative if unknown; sets `text` to the text beside the bar.
double progress_of(const Json& value, std::string& text);

}  // namespace bridge32::tool
