// Segments whose makers were killed before anybody could map them.
#pragma once

namespace bridge32::wire {

/// Removes the names of channels that no host has attached to and of control segments, whose
/// makers are dead, and of segments that never became one. Everything else goes with the
/// processes that use it. Cheap: there are few names at any time. Throws nothing. Any thread.
void remove_leftovers() noexcept;

}  // namespace bridge32::wire
