/* The C ABI between a host and a plugin.
 *
 * This header is the specification. A plugin is a shared library whose file name
 * ends in `.b32.so` or `.b32.dll` (`.b64.so`, `.b64.dll` for a 64-bit host) and
 * which exports one function, `bridge32_plugin_entry`. That function returns a
 * table of functions; the host calls the plugin through it, and the plugin calls
 * the host through the table that it receives in `create`. Most authors write
 * their plugin with the C++ layer, <bridge32/plugin.hpp>, and never see this file.
 *
 * Rules that hold everywhere:
 *
 * - Only C types cross. Compiler, standard library and JSON library of plugin and
 *   host may differ. No exception, longjmp or other unwinding may leave a function
 *   of either table.
 * - Text is UTF-8, given as pointer and size in bytes, not terminated by a zero.
 *   JSON text is what sdk/PROTOCOL.md calls a request or a reply.
 * - A pointer that is passed to a function is borrowed: it is valid until that
 *   function returns, and the callee copies what it wants to keep. Where anything
 *   else holds, the function says so.
 * - Every struct begins with `struct_size`, set by the side that fills the struct.
 *   The reader uses a member only when `struct_size` covers it. Members are only
 *   ever appended, and functions beyond the core come as extensions.
 * - Threads, in brackets at each function:
 *   [main-thread]  the host's main thread;
 *   [call-thread]  the main thread too, or for a plugin that sets
 *                  BRIDGE32_PLUGIN_CONCURRENT any thread of the host's pool;
 *   [any-thread]   any thread of the process.
 *
 * What forces a new BRIDGE32_ABI_VERSION: removing or reordering a member, a
 * changed meaning, a changed signature. Appending does not.
 */
#ifndef BRIDGE32_PLUGIN_H
#define BRIDGE32_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this interface. */
#define BRIDGE32_ABI_VERSION 1u

#if defined(_WIN32)
#define BRIDGE32_ABI __cdecl
#define BRIDGE32_EXPORT __declspec(dllexport)
#else
#define BRIDGE32_ABI
#define BRIDGE32_EXPORT __attribute__((visibility("default")))
#endif

/** A plugin's object, made by `create`. Only the plugin looks inside. */
typedef struct bridge32_instance bridge32_instance;

/** The host's record of one running call. Only the host looks inside. It is valid
 * from the start of `create` or `call` until that function returns. */
typedef struct bridge32_call bridge32_call;

/** Raw memory that belongs to a message: bytes, or the elements of an array in native
 * (little-endian) byte order. The data of a request is aligned to 64 bytes when it came
 * through a channel, and as its owner has it in process. It may lie in memory that the
 * client can write at any time: `size` is safe to rely on, the content can change between
 * two reads of it. */
typedef struct bridge32_attachment {
    const void* data; /**< may be null when `size` is 0 */
    uint64_t size;    /**< in bytes */
} bridge32_attachment;

/** The client sent the request one-way: `reply` does nothing and returns OK. */
#define BRIDGE32_REQUEST_NO_REPLY 1u

/** One request, as it came from the client. */
typedef struct bridge32_request {
    uint32_t struct_size;                   /**< of this struct, in bytes */
    uint32_t flags;                         /**< BRIDGE32_REQUEST_… */
    uint64_t call_id;                       /**< the client's number for the call */
    const char* json;                       /**< its text, see sdk/PROTOCOL.md */
    uint32_t json_size;                     /**< in bytes */
    uint32_t attachment_count;              /**< how many there are */
    const bridge32_attachment* attachments; /**< what the text refers to, by number */
} bridge32_request;

/** What functions of the host return. */
enum {
    BRIDGE32_OK = 0,
    BRIDGE32_ALREADY_REPLIED = 1, /**< a call has exactly one reply */
    BRIDGE32_NOT_SENT = 2,        /**< too large, or no shared memory: the client gets an error
                                     that names the size instead */
    BRIDGE32_DISCONNECTED = 3     /**< the client has gone; the reply is dropped */
};

/** Levels of `log`. */
enum {
    BRIDGE32_LOG_ERROR = 1,
    BRIDGE32_LOG_WARNING = 2,
    BRIDGE32_LOG_INFO = 3,
    BRIDGE32_LOG_DEBUG = 4
};

/** Receives a text that the host made. Called at most once, before the function that
 * it was given to returns; the text is valid during the call only. */
typedef void(BRIDGE32_ABI* bridge32_text_receiver)(void* user, const char* text, uint32_t size);

/** What the host offers. Every function takes the table itself first. It lives as long as
 * the process. */
typedef struct bridge32_host bridge32_host;
struct bridge32_host {
    uint32_t struct_size; /**< of this struct, in bytes */
    uint32_t abi_version; /**< BRIDGE32_ABI_VERSION of the host */
    const char* version;  /**< zero-terminated, for people: "host32 0.1.0" */

    /** Sends the reply of `call`: {"result":…} or {"error":{…}}. `json` and the
     * attachments' data are copied before it returns. Returns BRIDGE32_OK or why
     * the client does not get it. A call that returns without a reply is answered with an error by
     * the host. [call-thread] */
    int32_t(BRIDGE32_ABI* reply)(const bridge32_host* host, bridge32_call* call, const char* json,
                                 uint32_t json_size, const bridge32_attachment* attachments,
                                 uint32_t attachment_count);

    /** Writes a line to the host's log. [any-thread] */
    void(BRIDGE32_ABI* log)(const bridge32_host* host, uint32_t level, const char* text,
                            uint32_t size);

    /** Where a library is: an absolute path stays as it is; a bare name is looked for
     * in `folder`, then in the client's `library_path`. Gives `receive` the path that
     * was found, or, where none was, the name for the system's own search. Without an
     * extension, the platform's is added. [any-thread] */
    void(BRIDGE32_ABI* find_library)(const bridge32_host* host, const char* name,
                                     uint32_t name_size, const char* folder, uint32_t folder_size,
                                     bridge32_text_receiver receive, void* user);

    /** Why loading `path` failed, in words for the user: not found and where it was
     * looked for, wrong bitness, not a library, or which dependency is missing.
     * `path` is what `find_library` gave, `reason` the system's own message. With an
     * empty `reason`, loading has not been tried yet: the text is empty unless it must
     * not be, because the system's loader would end the process on a damaged file.
     * [any-thread] */
    void(BRIDGE32_ABI* explain_load_failure)(const bridge32_host* host, const char* path,
                                             uint32_t path_size, const char* folder,
                                             uint32_t folder_size, const char* reason,
                                             uint32_t reason_size, bridge32_text_receiver receive,
                                             void* user);

    /** Why `symbol` is not to be had from the library `path`, with the nearest names
     * that it does export. [any-thread] */
    void(BRIDGE32_ABI* explain_missing_symbol)(const bridge32_host* host, const char* path,
                                               uint32_t path_size, const char* symbol,
                                               uint32_t symbol_size, bridge32_text_receiver receive,
                                               void* user);

    /** A table of further functions, or null when this host does not know `id`
     * (zero-terminated). It lives as long as the process. [any-thread] */
    const void*(BRIDGE32_ABI* get_extension)(const bridge32_host* host, const char* id);
};

/** Calls may run on several threads at once; otherwise all run on the main thread. */
#define BRIDGE32_PLUGIN_CONCURRENT 1u
/** All clients of a shared host use one instance; otherwise each has its own. The
 * first client's kwargs construct it, and it goes with its last client. */
#define BRIDGE32_PLUGIN_SHARED 2u
/** Windows: a host process's main thread is a single-threaded COM apartment before
 * `create`, and from then on dispatches window messages while it waits. Not together
 * with BRIDGE32_PLUGIN_CONCURRENT. Elsewhere it means nothing. */
#define BRIDGE32_PLUGIN_STA 4u

/** What a plugin offers. Lives as long as the plugin is loaded. */
typedef struct bridge32_plugin {
    uint32_t struct_size;    /**< of this struct, in bytes */
    uint32_t abi_version;    /**< BRIDGE32_ABI_VERSION that the plugin was built with */
    uint32_t flags;          /**< BRIDGE32_PLUGIN_… */
    uint32_t reserved;       /**< 0 */
    const char* sdk_version; /**< zero-terminated, for people */

    /** Makes an instance. `request` is
     *   {"plugin":{"name":…,"path":…,"folder":…},"kwargs":{…}}
     * and has "instances":"shared" or "own" where the host decides that instead of
     * BRIDGE32_PLUGIN_SHARED.
     * Returns the instance, owned by the host until `destroy`, or null after it sent
     * an error through `host->reply`; on success it sends nothing. [main-thread] */
    bridge32_instance*(BRIDGE32_ABI* create)(const bridge32_host* host, bridge32_call* call,
                                             const bridge32_request* request);

    /** Serves one request and sends its reply through `host->reply`. [call-thread] */
    void(BRIDGE32_ABI* call)(bridge32_instance* instance, bridge32_call* call,
                             const bridge32_request* request);

    /** The host is about to let go of `instance`: no call is running, none follows.
     * [main-thread] */
    void(BRIDGE32_ABI* shutdown)(bridge32_instance* instance);

    /** Frees `instance`, after `shutdown`. The plugin is unloaded after its last
     * instance is destroyed. [main-thread] */
    void(BRIDGE32_ABI* destroy)(bridge32_instance* instance);

    /** A table of further functions, or null when the plugin does not know `id`
     * (zero-terminated). It lives as long as the plugin is loaded. [any-thread] */
    const void*(BRIDGE32_ABI* get_extension)(const char* id);
} bridge32_plugin;

/** The one exported symbol. `host_abi_version` is the host's BRIDGE32_ABI_VERSION;
 * the plugin returns its own table whatever that is, never null, and the host
 * decides. `struct_size` and `abi_version` stay where they are in every version.
 * [main-thread] */
BRIDGE32_EXPORT const bridge32_plugin* BRIDGE32_ABI
bridge32_plugin_entry(uint32_t host_abi_version);

#ifdef __cplusplus
}
#endif

#endif
