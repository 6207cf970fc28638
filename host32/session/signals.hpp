// The signals that the host needs for itself.
#pragma once

namespace bridge32::host {

/// Takes back those that a library has set handlers of its own for, and says so in the log. After
/// each load, and regularly. Any thread.
void take_back_signals() noexcept;

}  // namespace bridge32::host
