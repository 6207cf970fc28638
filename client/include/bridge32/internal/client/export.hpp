// BRIDGE32_CLIENT_API marks what the client library exports; everything else is hidden.
#pragma once

#if defined(BRIDGE32_CLIENT_STATIC)
#define BRIDGE32_CLIENT_API
#elif defined(_WIN32)
#if defined(BRIDGE32_CLIENT_BUILD)
#define BRIDGE32_CLIENT_API __declspec(dllexport)
#else
#define BRIDGE32_CLIENT_API __declspec(dllimport)
#endif
#else
#define BRIDGE32_CLIENT_API __attribute__((visibility("default")))
#endif
