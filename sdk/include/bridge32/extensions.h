/* Extensions of the C ABI: tables that `bridge32_host::get_extension` returns. A host without an
 * extension returns null; the plugin then reports that or works without it. The rules of
 * <bridge32/plugin.h> apply.
 *
 *     const bridge32_clients* clients = host->get_extension(host, BRIDGE32_CLIENTS);
 *     if (clients) { clients->emit(host, client, call, json, size, NULL, 0); }
 */
#ifndef BRIDGE32_EXTENSIONS_H
#define BRIDGE32_EXTENSIONS_H

#include "bridge32/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Further return values of the host's functions. */
enum {
    BRIDGE32_NO_MEMORY = 4,   /**< shared memory of that size is not available */
    BRIDGE32_NOT_SHARED = 5,  /**< this memory cannot be retained */
    BRIDGE32_TOO_DEEP = 6,    /**< calls and callbacks are nested too deep */
    BRIDGE32_CALL_IS_OVER = 7 /**< something that belongs to a call was used after it */
};

/** The limit for nesting: a call that runs a callback that makes a call, and so on. */
#define BRIDGE32_MAX_CALL_DEPTH 64u

/** A client of the host, reference-counted. It stays valid after the client itself is gone;
 * everything sent to it is then dropped. */
typedef struct bridge32_peer bridge32_peer;

/** Receives the reply to a callback, which is valid only during the call. */
typedef void(BRIDGE32_ABI* bridge32_reply_receiver)(void* user, const char* json,
                                                    uint32_t json_size,
                                                    const bridge32_attachment* attachments,
                                                    uint32_t attachment_count);

/** The id of the table bridge32_clients. */
#define BRIDGE32_CLIENTS "bridge32.clients/1"
/** Events, callbacks and cancellation. */
typedef struct bridge32_clients {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** The client that made `call`. The caller owns one reference and must `release` it.
     * [call-thread] */
    bridge32_peer*(BRIDGE32_ABI* client_of)(const bridge32_host* host, bridge32_call* call);

    /** Releases a reference. [any-thread] */
    void(BRIDGE32_ABI* release)(const bridge32_host* host, bridge32_peer* client);

    /** A number that is unique among all clients this process ever had. [any-thread] */
    uint64_t(BRIDGE32_ABI* id)(const bridge32_host* host, bridge32_peer* client);

    /** Sends {"event":NAME,"args":[…]}, which has no reply. `call`: the running call that the
     * event belongs to, or null. Data is copied before it returns. If the client's ring is full,
     * it waits with `call`; without, it queues the event, up to a limit. Returns OK, NOT_SENT (too
     * large, or the limit is reached) or DISCONNECTED. [any-thread] */
    int32_t(BRIDGE32_ABI* emit)(const bridge32_host* host, bridge32_peer* client,
                                bridge32_call* call, const char* json, uint32_t json_size,
                                const bridge32_attachment* attachments, uint32_t attachment_count);

    /** Runs a callback: sends {"callback":ID,"args":[…]} and passes the client's reply,
     * {"result":…} or {"error":{…}}, to `receive`, once and before it returns OK. `call` as in
     * `emit`, but not null for a callback that the client passed for one call. While it waits, it
     * serves on this thread the calls that the callback makes. Returns OK, NOT_SENT, TOO_DEEP,
     * CALL_IS_OVER (the client has given up `call`) or DISCONNECTED. [any-thread] */
    int32_t(BRIDGE32_ABI* invoke)(const bridge32_host* host, bridge32_peer* client,
                                  bridge32_call* call, const char* json, uint32_t json_size,
                                  const bridge32_attachment* attachments, uint32_t attachment_count,
                                  bridge32_reply_receiver receive, void* user);

    /** Not 0 once the client no longer waits for `call`: it timed out, was cancelled, or the client
     * is gone. Cheap enough to poll in a loop. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* cancelled)(const bridge32_host* host, bridge32_call* call);
} bridge32_clients;

/** Memory that host and client share. */
typedef struct bridge32_block {
    uint32_t struct_size; /**< of this struct, in bytes */
    void* data;           /**< aligned to 64 */
    uint64_t size;        /**< in bytes */
    void* token;          /**< for the host */
} bridge32_block;

/** The id of the table bridge32_memory. */
#define BRIDGE32_MEMORY "bridge32.memory/1"
/** Results that need no copy, and client buffers that are kept after a call. */
typedef struct bridge32_memory {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** Allocates a block of `size` zero bytes for the client of `call`. An attachment of a reply,
     * event or callback to this client that begins at `data` and is inside the block is not copied.
     * Fills in `block`, which the plugin owns until `release`. Returns OK or NO_MEMORY.
     * [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* allocate)(const bridge32_host* host, bridge32_call* call, uint64_t size,
                                    bridge32_block* block);

    /** Keeps the client's memory around `data`, a pointer into an attachment of `call`'s request.
     * Unlike other attachments it may be written to; the client sees the change at once in its own
     * array. `block` becomes the attachment from `data` on, which the plugin owns until `release`.
     * Returns OK, or NOT_SHARED unless the client made the memory with make_array or make_bytes.
     * [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* retain)(const bridge32_host* host, bridge32_call* call, const void* data,
                                  bridge32_block* block);

    /** Releases a block, also after the client is gone. [any-thread] */
    void(BRIDGE32_ABI* release)(const bridge32_host* host, bridge32_block* block);

    /** As `allocate`, but the bytes are not cleared: they may be older data of the same client. For
     * a block that will be overwritten completely. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* allocate_for_overwrite)(const bridge32_host* host, bridge32_call* call,
                                                  uint64_t size, bridge32_block* block);
} bridge32_memory;

/** The id of the table bridge32_libraries. */
#define BRIDGE32_LIBRARIES "bridge32.libraries/1"
/** Information about libraries. */
typedef struct bridge32_libraries {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** Passes `receive` the JSON text of an object about the library file `path`: `name`, `path`
     * (resolved), `format`, `bits`, and `version` if the file has one. [any-thread] */
    void(BRIDGE32_ABI* describe)(const bridge32_host* host, const char* path, uint32_t path_size,
                                 bridge32_text_receiver receive, void* user);

    /** Call it before a library is loaded: notes which threads, thread-specific keys and signal
     * handlers there are. Returns a token for `before_unload`, or null without memory.
     * [any-thread] */
    void*(BRIDGE32_ABI* before_load)(const bridge32_host* host);

    /** Call it after a library was loaded: the host takes back the signal handlers that it needs
     * for crash reports. [any-thread] */
    void(BRIDGE32_ABI* after_load)(const bridge32_host* host);

    /** Call it before the library `path` is unloaded. `unload` is BRIDGE32_UNLOAD_…: the host may
     * keep the library loaded, and unloading it then has no effect. Releases `token`. An empty
     * `path` only releases the token. [any-thread] */
    void(BRIDGE32_ABI* before_unload)(const bridge32_host* host, void* token, const char* path,
                                      uint32_t path_size, uint32_t unload);

    /** Returns 1 and passes `receive` the path to load the library file `path` by, of which no
     * other user can change any part, or 0 and why there is none. [any-thread] */
    int32_t(BRIDGE32_ABI* closed_path)(const bridge32_host* host, const char* path,
                                       uint32_t path_size, bridge32_text_receiver receive,
                                       void* user);
} bridge32_libraries;

/** When a library is unloaded. */
enum {
    BRIDGE32_UNLOAD_IF_CLEAN = 0, /**< unless new threads, keys or signal handlers are left */
    BRIDGE32_UNLOAD_ALWAYS = 1,
    BRIDGE32_UNLOAD_NEVER = 2
};

/** The id of the table bridge32_plugin_clients. */
#define BRIDGE32_PLUGIN_CLIENTS "bridge32.plugin.clients/1"
/** From the plugin's own `get_extension`: notifies an instance that several clients share that a
 * client is gone. */
typedef struct bridge32_plugin_clients {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** The client with this id (see bridge32_clients) makes no more calls. [main-thread] */
    void(BRIDGE32_ABI* client_gone)(bridge32_instance* instance, uint64_t client_id);
} bridge32_plugin_clients;

/** The id of the table bridge32_plugin_threading. */
#define BRIDGE32_PLUGIN_THREADING "bridge32.plugin.threading/1"
/** From the plugin's own `get_extension`: for plugins of which some instances are concurrent. */
typedef struct bridge32_plugin_threading {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** Not 0 if this instance is called as with BRIDGE32_PLUGIN_CONCURRENT. Asked after `create`.
     * [main-thread] */
    int32_t(BRIDGE32_ABI* concurrent)(bridge32_instance* instance);
} bridge32_plugin_threading;

#ifdef __cplusplus
}
#endif

#endif
