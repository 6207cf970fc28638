// The release that these headers belong to. The C ABI and the wire have versions of their own.
#pragma once

/// The release, by semantic versioning.
#define BRIDGE32_VERSION "0.1.0"
