// The version of these headers. The C ABI and the wire protocol have their own versions.
#pragma once

/// The version (semantic versioning).
#define BRIDGE32_VERSION "0.1.0"
