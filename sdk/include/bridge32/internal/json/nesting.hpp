// How deep JSON may nest.
#pragma once

namespace bridge32 {

/// How deep a value may nest arrays and objects.
inline constexpr int kMaxDepth = 64;

/// How deep the text of a message may nest: a value, its tagged objects, and what a request
/// or a reply puts around it.
inline constexpr int kMaxTextDepth = kMaxDepth + 16;

}  // namespace bridge32
