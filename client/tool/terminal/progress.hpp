// A bar for the events called "progress" that a plugin emits during a call.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "bridge32/codec.hpp"

namespace bridge32::tool {

/// Draws on stderr. Any thread.
class Progress {
public:
    explicit Progress(bool shown) : shown_(shown) {}
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress() { clear(); }

    /// `value`: what the event carries. 0.25, or [5, 20] (done, of), or an object with "done" and
    /// "total"; a text among them is shown. Anything else is only shown as it is.
    void update(const Json& value);
    /// Takes the bar away.
    void clear();

private:
    std::mutex mutex_;
    bool shown_;
    std::string drawn_;
};

/// How much is done, from 0 to 1, negative when `value` does not tell; and the text beside it.
double progress_of(const Json& value, std::string& text);

}  // namespace bridge32::tool
