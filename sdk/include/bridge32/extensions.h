/* What a host offers beyond the core of the C ABI: tables that `bridge32_host::get_extension`
 * returns. A host that does not have one returns null, and the plugin says so or does without.
 * The rules of <bridge32/plugin.h> hold here too.
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

/** More of what functions of the host return. */
enum {
    BRIDGE32_NO_MEMORY = 4,   /**< shared memory of that size is not to be had */
    BRIDGE32_NOT_SHARED = 5,  /**< the memory is not of the kind that can be kept */
    BRIDGE32_TOO_DEEP = 6,    /**< calls and callbacks are nested too deep */
    BRIDGE32_CALL_IS_OVER = 7 /**< what belonged to one call was used after that call */
};

/** How deep calls may nest: a call that runs a callback that makes a call, and so on. */
#define BRIDGE32_MAX_CALL_DEPTH 64u

/** One client of the host, counted: it stays valid while somebody holds it, also when the client
 * itself has gone; then everything that is sent to it is dropped. */
typedef struct bridge32_peer bridge32_peer;

/** A reply to a callback, valid during the receiver's call only. */
typedef void(BRIDGE32_ABI* bridge32_reply_receiver)(void* user, const char* json,
                                                    uint32_t json_size,
                                                    const bridge32_attachment* attachments,
                                                    uint32_t attachment_count);

/** The id of the table bridge32_clients. */
#define BRIDGE32_CLIENTS "bridge32.clients/1"
/** Events, callbacks, and whether anybody still waits. */
typedef struct bridge32_clients {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** The client that made `call`; the caller owns one count of it, for `release`.
     * [call-thread] */
    bridge32_peer*(BRIDGE32_ABI* client_of)(const bridge32_host* host, bridge32_call* call);

    /** Gives a count back. [any-thread] */
    void(BRIDGE32_ABI* release)(const bridge32_host* host, bridge32_peer* client);

    /** A number that no other client of this process has or had. [any-thread] */
    uint64_t(BRIDGE32_ABI* id)(const bridge32_host* host, bridge32_peer* client);

    /** Sends {"event":NAME,"args":[…]}; nothing comes back. `call`: the running call in whose
     * course it happens, or null. Data is copied before it returns. With `call` it waits while
     * the client's ring is full; without, the event is kept, up to a limit. Returns OK,
     * NOT_SENT (too large, or the limit is reached) or DISCONNECTED. [any-thread] */
    int32_t(BRIDGE32_ABI* emit)(const bridge32_host* host, bridge32_peer* client,
                                bridge32_call* call, const char* json, uint32_t json_size,
                                const bridge32_attachment* attachments, uint32_t attachment_count);

    /** Runs a callback: sends {"callback":ID,"args":[…]} and gives the client's answer,
     * {"result":…} or {"error":{…}}, to `receive`, called once and before this returns, if it
     * returns OK. `call` as in `emit`, but never null for a callback that the client passed for
     * one call only. Meanwhile it serves, on this thread, the calls that the callback makes.
     * Returns OK, NOT_SENT, TOO_DEEP, CALL_IS_OVER (the client has given `call` up) or
     * DISCONNECTED. [any-thread] */
    int32_t(BRIDGE32_ABI* invoke)(const bridge32_host* host, bridge32_peer* client,
                                  bridge32_call* call, const char* json, uint32_t json_size,
                                  const bridge32_attachment* attachments, uint32_t attachment_count,
                                  bridge32_reply_receiver receive, void* user);

    /** Not 0 once nobody waits for `call` any more: its time was up, it was cancelled, or the
     * client has gone. Cheap enough to ask in a loop. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* cancelled)(const bridge32_host* host, bridge32_call* call);
} bridge32_clients;

/** Memory that host and client share. */
typedef struct bridge32_block {
    uint32_t struct_size; /**< of this struct, in bytes */
    void* data;           /**< aligned to 64 */
    uint64_t size;        /**< in bytes */
    void* token;          /**< the host's own */
} bridge32_block;

/** The id of the table bridge32_memory. */
#define BRIDGE32_MEMORY "bridge32.memory/1"
/** Results that need no copy, and the client's buffers, kept beyond a call. */
typedef struct bridge32_memory {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** Makes a block of `size` zero bytes for the client of `call`. An attachment of a reply,
     * an event or a callback to this client that begins at `data` and lies in the block is not
     * copied. Fills in `block`, owned by the plugin until `release`, and returns OK or
     * NO_MEMORY. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* allocate)(const bridge32_host* host, bridge32_call* call, uint64_t size,
                                    bridge32_block* block);

    /** Keeps the client's own memory that `data`, an attachment of `call`'s request or a place
     * in it, lies in. Unlike other attachments it may be written to: the client sees that at
     * once, in its own array. `block` is the attachment from `data` on, owned by the plugin
     * until `release`. Returns OK, or NOT_SHARED for an attachment that is not in memory that
     * the client made with make_array or make_bytes. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* retain)(const bridge32_host* host, bridge32_call* call, const void* data,
                                  bridge32_block* block);

    /** Gives a block back. Valid also when the client has gone. [any-thread] */
    void(BRIDGE32_ABI* release)(const bridge32_host* host, bridge32_block* block);

    /** As `allocate`, but the bytes are whatever is there: older data of the same client. For a
     * block that is written to from end to end. [any-thread], while the call runs */
    int32_t(BRIDGE32_ABI* allocate_for_overwrite)(const bridge32_host* host, bridge32_call* call,
                                                  uint64_t size, bridge32_block* block);
} bridge32_memory;

/** The id of the table bridge32_libraries. */
#define BRIDGE32_LIBRARIES "bridge32.libraries/1"
/** What is known about libraries. */
typedef struct bridge32_libraries {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** Gives `receive` the JSON text of an object about the library file `path`: `name`, `path`
     * (resolved), `format`, `bits`, and `version` where the file tells it. [any-thread] */
    void(BRIDGE32_ABI* describe)(const bridge32_host* host, const char* path, uint32_t path_size,
                                 bridge32_text_receiver receive, void* user);
} bridge32_libraries;

/** The id of the table bridge32_plugin_clients. */
#define BRIDGE32_PLUGIN_CLIENTS "bridge32.plugin.clients/1"
/** What a plugin offers through its own `get_extension`: to be told that a client has gone, for
 * an instance that several clients share. */
typedef struct bridge32_plugin_clients {
    uint32_t struct_size; /**< of this struct, in bytes */

    /** The client with this id (see bridge32_clients) makes no further calls. [main-thread] */
    void(BRIDGE32_ABI* client_gone)(bridge32_instance* instance, uint64_t client_id);
} bridge32_plugin_clients;

#ifdef __cplusplus
}
#endif

#endif
