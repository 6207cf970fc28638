/* The C ABI between a host and a plugin.
 *
 * This header is the specification. A plugin is a shared library whose file name
 * ends in `.b32.so` or `.b32.dll` (`.b64.so`, `.b64.dll` for a 64-bit host) and
 * which exports one function, `bridge32_plugin_entry`. That function returns a
 * table of functions; the host calls the plugin through it, and the plugin calls
 * the host through the table that it receives in `create`. Most authors write
 * their plugin with the C++ layer, <bridge32/plugin.hpp>, and never see this file.
 *
 * General rules:
 *
 * - Only C types cross the boundary. Plugin and host may use different compilers,
 *   standard libraries and JSON libraries. No exception, longjmp or other unwinding
 *   may leave a function of either table.
 * - Text is UTF-8, passed as pointer and size in bytes, without a terminating zero.
 *   JSON text is a request or a reply as defined in sdk/PROTOCOL.md.
 * - Pointer arguments are borrowed: they are valid until the function returns, and
 *   the callee copies what it keeps. Functions state any exception to this rule.
 * - Every struct begins with `struct_size`, set by the side that fills the struct.
 *   The reader uses a member only if `struct_size` covers it. Members are only
 *   appended; further functions are added as extensions.
 * - Each function states in brackets which thread may call it:
 *   [main-thread]  the host's main thread;
 *   [call-thread]  the main thread or, for a plugin that sets
 *                  BRIDGE32_PLUGIN_CONCURRENT, any thread of the host's pool;
 *   [any-thread]   any thread of the process.
 *
 * A new BRIDGE32_ABI_VERSION is required when a member is removed or reordered, or a
 * meaning or signature changes. Appending does not require one.
 */
#ifndef BRIDGE32_PLUGIN_H
#define BRIDGE32_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The version of this ABI. */
#define BRIDGE32_ABI_VERSION 1u

#if defined(_WIN32)
#define BRIDGE32_ABI __cdecl
#define BRIDGE32_EXPORT __declspec(dllexport)
#else
#define BRIDGE32_ABI
#define BRIDGE32_EXPORT __attribute__((visibility("default")))
#endif

/** Write it first in the definition of each function that a library calls: a callback, or a thunk
 * around one. Our code needs a stack that is aligned to 16 bytes, as compilers keep it today; code
 * of older ones calls with an alignment of 4, and SSE instructions then crash. Visual C++ aligns
 * what it needs by itself. */
#if defined(__i386__) && defined(__GNUC__)
#define BRIDGE32_ALIGN_STACK __attribute__((force_align_arg_pointer))
#else
#define BRIDGE32_ALIGN_STACK
#endif

/** An instance of the plugin, made by `create`. Opaque to the host. */
typedef struct bridge32_instance bridge32_instance;

/** The host's record of one running call. Opaque to the plugin. Valid from the start
 * of `create` or `call` until that function returns. */
typedef struct bridge32_call bridge32_call;

/** Raw memory that belongs to a message: bytes, or the elements of an array in native
 * (little-endian) byte order. The data of a request is aligned to 64 bytes if it came
 * through a channel; in process it has the alignment of its owner. The client may be able
 * to write the memory at any time: `size` is reliable, but the content can change between
 * two reads. */
typedef struct bridge32_attachment {
    const void* data; /**< may be null if `size` is 0 */
    uint64_t size;    /**< in bytes */
} bridge32_attachment;

/** The client sent the request one-way: `reply` does nothing and returns OK. */
#define BRIDGE32_REQUEST_NO_REPLY 1u

/** One request from the client. */
typedef struct bridge32_request {
    uint32_t struct_size;                   /**< of this struct, in bytes */
    uint32_t flags;                         /**< BRIDGE32_REQUEST_… */
    uint64_t call_id;                       /**< the client's number for the call */
    const char* json;                       /**< the text, see sdk/PROTOCOL.md */
    uint32_t json_size;                     /**< in bytes */
    uint32_t attachment_count;              /**< number of attachments */
    const bridge32_attachment* attachments; /**< what the text refers to, by number */
} bridge32_request;

/** What the host's functions return. */
enum {
    BRIDGE32_OK = 0,
    BRIDGE32_ALREADY_REPLIED = 1, /**< a call has exactly one reply */
    BRIDGE32_NOT_SENT = 2,        /**< too large, or no shared memory; the client gets an error
                                     with the size instead */
    BRIDGE32_DISCONNECTED = 3     /**< the client is gone; the reply is dropped */
};

/** Levels of `log`. */
enum {
    BRIDGE32_LOG_ERROR = 1,
    BRIDGE32_LOG_WARNING = 2,
    BRIDGE32_LOG_INFO = 3,
    BRIDGE32_LOG_DEBUG = 4
};

/** Receives text from the host. Called at most once, before the function it was passed to
 * returns. The text is valid only during the call. */
typedef void(BRIDGE32_ABI* bridge32_text_receiver)(void* user, const char* text, uint32_t size);

/** The host's functions. Each takes the table as its first argument. The table is valid as
 * long as the process runs. */
typedef struct bridge32_host bridge32_host;
struct bridge32_host {
    uint32_t struct_size; /**< of this struct, in bytes */
    uint32_t abi_version; /**< BRIDGE32_ABI_VERSION of the host */
    const char* version;  /**< zero-terminated, for people: "host32 0.1.0" */

    /** Sends the reply of `call`: {"result":…} or {"error":{…}}. `json` and the
     * attachments' data are copied before it returns. Returns BRIDGE32_OK, or why the
     * client does not get the reply. If a call returns without a reply, the host replies
     * with an error. [call-thread] */
    int32_t(BRIDGE32_ABI* reply)(const bridge32_host* host, bridge32_call* call, const char* json,
                                 uint32_t json_size, const bridge32_attachment* attachments,
                                 uint32_t attachment_count);

    /** Writes a line to the host's log. [any-thread] */
    void(BRIDGE32_ABI* log)(const bridge32_host* host, uint32_t level, const char* text,
                            uint32_t size);

    /** Finds a library. An absolute path is taken as it is; a bare name is searched for
     * in `folder`, then in the client's `library_path`. Passes `receive` the path found,
     * or the name, for the system's own search, if none was found. The platform's
     * extension is added to a name without one. [any-thread] */
    void(BRIDGE32_ABI* find_library)(const bridge32_host* host, const char* name,
                                     uint32_t name_size, const char* folder, uint32_t folder_size,
                                     bridge32_text_receiver receive, void* user);

    /** Explains to the user why loading `path` failed: not found, with the folders
     * searched; wrong bitness; not a library; or which dependency is missing. `path` is
     * the result of `find_library`, `reason` the system's message. An empty `reason` means
     * that loading has not been tried yet: the text is then empty unless loading must not
     * be tried, because the system's loader would crash on a damaged file.
     * [any-thread] */
    void(BRIDGE32_ABI* explain_load_failure)(const bridge32_host* host, const char* path,
                                             uint32_t path_size, const char* folder,
                                             uint32_t folder_size, const char* reason,
                                             uint32_t reason_size, bridge32_text_receiver receive,
                                             void* user);

    /** Explains that the library `path` does not export `symbol`, with similar names that
     * it does export. [any-thread] */
    void(BRIDGE32_ABI* explain_missing_symbol)(const bridge32_host* host, const char* path,
                                               uint32_t path_size, const char* symbol,
                                               uint32_t symbol_size, bridge32_text_receiver receive,
                                               void* user);

    /** A table of further functions, or null if this host does not know `id`
     * (zero-terminated). Valid as long as the process runs. [any-thread] */
    const void*(BRIDGE32_ABI* get_extension)(const bridge32_host* host, const char* id);
};

/** Calls may run on several threads at once. Without it, all calls run on the main thread. */
#define BRIDGE32_PLUGIN_CONCURRENT 1u
/** All clients of a shared host use one instance. Without it, each has its own. The first
 * client's kwargs construct the instance, and it is destroyed after its last client. */
#define BRIDGE32_PLUGIN_SHARED 2u
/** Windows: the host's main thread enters a single-threaded COM apartment before `create`,
 * and dispatches window messages while it waits. Cannot be combined with
 * BRIDGE32_PLUGIN_CONCURRENT. Ignored on other systems. */
#define BRIDGE32_PLUGIN_STA 4u
/** `call` leaves the control words of the floating-point unit and `errno` (GetLastError) as it
 * found them, and returns soon after its reply. Without it, the host keeps its own code, and
 * other plugins, from what the plugin leaves there. Plugins that are built with the SDK have it. */
#define BRIDGE32_PLUGIN_GUARDED 8u

/** The plugin's functions. Valid as long as the plugin is loaded. */
typedef struct bridge32_plugin {
    uint32_t struct_size;    /**< of this struct, in bytes */
    uint32_t abi_version;    /**< BRIDGE32_ABI_VERSION of the plugin */
    uint32_t flags;          /**< BRIDGE32_PLUGIN_… */
    uint32_t reserved;       /**< 0 */
    const char* sdk_version; /**< zero-terminated, for people */

    /** Creates an instance. `request` is
     *   {"plugin":{"name":…,"path":…,"folder":…},"kwargs":{…}}
     * with "instances":"shared" or "own" if the host overrides BRIDGE32_PLUGIN_SHARED.
     * Returns the instance, which the host owns until `destroy`, and sends nothing; or
     * sends an error through `host->reply` and returns null. [main-thread] */
    bridge32_instance*(BRIDGE32_ABI* create)(const bridge32_host* host, bridge32_call* call,
                                             const bridge32_request* request);

    /** Serves one request and sends its reply through `host->reply`. [call-thread] */
    void(BRIDGE32_ABI* call)(bridge32_instance* instance, bridge32_call* call,
                             const bridge32_request* request);

    /** Called before `destroy`: no call is running, and none follows. [main-thread] */
    void(BRIDGE32_ABI* shutdown)(bridge32_instance* instance);

    /** Frees `instance`, after `shutdown`. The plugin is unloaded after its last instance
     * was destroyed. [main-thread] */
    void(BRIDGE32_ABI* destroy)(bridge32_instance* instance);

    /** A table of further functions, or null if the plugin does not know `id`
     * (zero-terminated). Valid as long as the plugin is loaded. [any-thread] */
    const void*(BRIDGE32_ABI* get_extension)(const char* id);
} bridge32_plugin;

/** The only exported symbol. `host_abi_version` is the host's BRIDGE32_ABI_VERSION. For
 * every value the plugin returns its own table, never null; the host decides whether it
 * supports the plugin. `struct_size` and `abi_version` have the same place in every version.
 * [main-thread] */
BRIDGE32_EXPORT const bridge32_plugin* BRIDGE32_ABI
bridge32_plugin_entry(uint32_t host_abi_version);

#ifdef __cplusplus
}
#endif

#endif
