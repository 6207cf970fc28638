// The part of zlib's C interface that the plugin calls, declared here so that the plugin can be
// built without zlib's headers. `inflateInit_` compares version and size, and so detects a `Stream`
// that differs from the library's.
#pragma once

#include <bridge32/library.hpp>
#include <string>

namespace zlib {

/// The library's name on this platform.
extern const char* const kFile;

// zlib's types. `uLong` has the width of `long`, which depends on the bitness; the plugin is built
// for the library's bitness.
using Byte = unsigned char;
using uInt = unsigned int;
using uLong = unsigned long;

enum Code : int {
    kOk = 0,
    kStreamEnd = 1,
    kNeedDictionary = 2,
    kDataError = -3,
    kMemoryError = -4,
    kBufferError = -5,
    kVersionError = -6,
};

/// zlib's z_stream.
struct Stream {
    const Byte* next_in = nullptr;
    uInt avail_in = 0;
    uLong total_in = 0;
    Byte* next_out = nullptr;
    uInt avail_out = 0;
    uLong total_out = 0;
    const char* message = nullptr;  // zlib's text for the last error, or null
    void* state = nullptr;
    void* (*allocate)(void*, uInt, uInt) = nullptr;  // null: malloc
    void (*release)(void*, void*) = nullptr;         // null: free
    void* opaque = nullptr;
    int data_type = 0;
    uLong checksum = 0;
    uLong reserved = 0;
};

/// The library and its functions. The signatures are those of zlib.h.
struct Api {
    explicit Api(const std::string& name)
        : library(name),
          version(library.function<const char*()>("zlibVersion")),
          compress_bound(library.function<uLong(uLong)>("compressBound")),
          compress(library.function<int(Byte*, uLong*, const Byte*, uLong, int)>("compress2")),
          inflate_init(library.function<int(Stream*, const char*, int)>("inflateInit_")),
          inflate(library.function<int(Stream*, int)>("inflate")),
          inflate_end(library.function<int(Stream*)>("inflateEnd")),
          crc32(library.function<uLong(uLong, const Byte*, uInt)>("crc32")),
          adler32(library.function<uLong(uLong, const Byte*, uInt)>("adler32")) {}

    bridge32::Library library;
    bridge32::LibraryFunction<const char*()> version;
    bridge32::LibraryFunction<uLong(uLong)> compress_bound;
    bridge32::LibraryFunction<int(Byte*, uLong*, const Byte*, uLong, int)> compress;
    bridge32::LibraryFunction<int(Stream*, const char*, int)> inflate_init;
    bridge32::LibraryFunction<int(Stream*, int)> inflate;
    bridge32::LibraryFunction<int(Stream*)> inflate_end;
    bridge32::LibraryFunction<uLong(uLong, const Byte*, uInt)> crc32;
    bridge32::LibraryFunction<uLong(uLong, const Byte*, uInt)> adler32;
};

}  // namespace zlib
