/* The C interface of the client: a 64-bit program calls the methods of a plugin that runs in a
 * 32-bit host. For C, and for every language that can call C: Python's ctypes, C#, Julia, MATLAB,
 * LabVIEW, Rust. C++ programs have <bridge32/client.hpp>.
 *
 *     bridge32_client* client = NULL;
 *     bridge32_reply* reply = NULL;
 *     char* error = NULL;
 *     int32_t status = bridge32_client_open("my_lib", NULL, NULL, NULL, &client, &error);
 *     if (status == BRIDGE32_STATUS_OK) {
 *         status = bridge32_client_call(client, "add", "[1,2]", NULL, NULL, 0,
 *                                       BRIDGE32_CLIENT_TIMEOUT, &reply, &error);
 *     }
 *     puts(status == BRIDGE32_STATUS_OK ? bridge32_reply_json(reply) : error);
 *     bridge32_reply_free(reply);
 *     bridge32_client_close(client);
 *     bridge32_free(error);
 *
 * The functions are exported by libbridge32.so, and on Windows by bridge32.dll.
 *
 * Text. All text is UTF-8 and ends with a zero byte. Values are JSON text as sdk/PROTOCOL.md,
 * "Values", says. Arrays of numbers and bytes lie beside it in buffers, which the text refers to
 * by number: {"$array":{"dtype":"<f8","shape":[3],"at":0}} is three doubles in buffer 0, and
 * {"$bytes":{"at":1}} all of buffer 1. What is sent is checked first: malformed text, a buffer that
 * is not there or has another size than its array are BRIDGE32_STATUS_INVALID_ARGUMENT.
 *
 * Errors. Functions that can fail return a status, an int32_t: 0 (BRIDGE32_STATUS_OK) or one of
 * the numbers below. Their last parameter, which may be null, then gets the error as the text of a
 * JSON object, to be freed with bridge32_free; after a success it is null:
 *     status   the number
 *     type     the kind of error ("TimeoutError"); of a REMOTE one the type of the exception in
 *              the plugin ("std::runtime_error")
 *     message  for people: what was attempted, on what, and what to do
 *     where    "plugin.method"; of errors of the plugin's only
 *     output   what the host printed; of STARTUP only
 *     report   all that is known of a crash, see client/README.md; of HOST_CRASHED only
 * Other output parameters are set to null or 0 first.
 *
 * Threads. Any thread may call any function, and several threads one client at once; no state
 * belongs to a thread. What frees or closes an object must be the last to use it.
 *
 * Ownership. What a function returns through a `**` parameter is the caller's, who frees it with
 * the function that is named there. What is passed to a function is borrowed until it returns,
 * but for functions and their contexts, which are kept for as long as it says there.
 *
 * Every function that frees or closes takes null, and does nothing then. No C++ exception leaves
 * a function, and none may leave a function that is passed in. */
#ifndef BRIDGE32_BRIDGE32_H
#define BRIDGE32_BRIDGE32_H

#include <stdint.h>

#if !defined(_WIN32)
#define BRIDGE32_C_API __attribute__((visibility("default")))
#elif defined(BRIDGE32_CLIENT_BUILD)
#define BRIDGE32_C_API __declspec(dllexport)
#else
#define BRIDGE32_C_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** What functions return. Numbers are never used again for something else. */
enum {
    BRIDGE32_STATUS_OK = 0,
    BRIDGE32_STATUS_ERROR = 1,   /**< any other error */
    BRIDGE32_STATUS_STARTUP = 2, /**< the host could not start or did not answer in time */
    BRIDGE32_STATUS_PLUGIN = 3,  /**< no such plugin, or its library cannot be loaded, … */
    BRIDGE32_STATUS_REMOTE = 4,  /**< the method threw */
    BRIDGE32_STATUS_METHOD_NOT_FOUND = 5,   /**< there is no such method or property */
    BRIDGE32_STATUS_INVALID_ARGUMENT = 6,   /**< arguments are malformed, or do not fit */
    BRIDGE32_STATUS_TIMEOUT = 7,            /**< no reply within the time limit */
    BRIDGE32_STATUS_HOST_CRASHED = 8,       /**< the host died */
    BRIDGE32_STATUS_PROTOCOL = 9,           /**< the host sent what is no valid message */
    BRIDGE32_STATUS_CONNECTION_CLOSED = 10, /**< after shutdown, or the shared host has gone */
    BRIDGE32_STATUS_NO_MEMORY = 11          /**< this process has no memory left */
};

/** One instance of one plugin, in a host. */
typedef struct bridge32_client bridge32_client;
/** A result: a value, and the buffers that it refers to. */
typedef struct bridge32_reply bridge32_reply;
/** A call that was started and not waited for. */
typedef struct bridge32_pending bridge32_pending;
/** Where a function that the plugin calls puts its result. */
typedef struct bridge32_answer bridge32_answer;

/** Raw memory beside a JSON text: bytes, or the elements of an array, little-endian. */
typedef struct bridge32_buffer {
    const void* data; /**< may be null when `size` is 0 */
    uint64_t size;    /**< in bytes */
} bridge32_buffer;

/** What may stand where a time limit does, a number of milliseconds: the client's own limit,
 * option `call_timeout`. */
#define BRIDGE32_CLIENT_TIMEOUT (-1)
/** Likewise: no limit. */
#define BRIDGE32_NO_TIMEOUT INT64_MAX

/** The release of the library, "0.1.0", by semantic versioning. A program that was built with this
 * header works with every later release of the same first number; before 1.0, of the same first
 * two. The text is never freed. */
BRIDGE32_C_API const char* bridge32_version(void);
/** The version of the interface between host and plugin, which plugins are built for. */
BRIDGE32_C_API uint32_t bridge32_plugin_abi_version(void);
/** The version of the wire between client and host, which both must have. */
BRIDGE32_C_API uint32_t bridge32_wire_version(void);

/** Frees the text of an error. */
BRIDGE32_C_API void bridge32_free(char* text);

/** Gets what the host prints, as it comes: `is_error` is 0 for its stdout and 1 for its stderr,
 * `text` is valid during the call, has `size` bytes and need not be UTF-8. Runs on a thread of
 * the client's, one call at a time, until bridge32_client_close has returned. Must not use the
 * client. */
typedef void (*bridge32_output_function)(void* context, int32_t is_error, const char* text,
                                         uint64_t size);

/** Starts a host, which ends with the client, and constructs the plugin `plugin` in it. `options`
 * is the text of a JSON object, or null: the members of ClientOptions, see client/README.md, by
 * name, with times in milliseconds: {"kwargs":{"gain":2.5},"call_timeout":5000,"wait":"spin"}.
 * Folder lists are arrays of texts, or one text with the separator of PATH. `on_output` may be
 * null. The client is to be closed with bridge32_client_close.
 * STARTUP, PLUGIN, HOST_CRASHED, INVALID_ARGUMENT (options, with the nearest names). */
BRIDGE32_C_API int32_t bridge32_client_open(const char* plugin, const char* options,
                                            bridge32_output_function on_output,
                                            void* output_context, bridge32_client** client,
                                            char** error);

/** Attaches to the shared host `host` and opens `plugin` there. Of the options, those that say how
 * to start a host matter only with "start_host":true. As bridge32_client_open otherwise, and
 * CONNECTION_CLOSED when no such host runs. */
BRIDGE32_C_API int32_t bridge32_client_connect(const char* host, const char* plugin,
                                               const char* options, bridge32_client** client,
                                               char** error);

/** Shuts down as bridge32_client_shutdown does, and frees the client. Waits for functions of this
 * client that run on other threads; must not be called from one. */
BRIDGE32_C_API void bridge32_client_close(bridge32_client* client);

/** Calls a method and waits for its result. `args` is the text of a JSON array, the positional
 * arguments; `kwargs` of an object, the named ones; either may be null. They refer to `buffers`,
 * of which there are `buffer_count`. `timeout_ms`: the limit in milliseconds,
 * BRIDGE32_CLIENT_TIMEOUT or BRIDGE32_NO_TIMEOUT. `reply`, to be freed with bridge32_reply_free,
 * may be null when nobody wants the result. All statuses but STARTUP and PLUGIN; these too with
 * option "restart":"on_crash". */
BRIDGE32_C_API int32_t bridge32_client_call(bridge32_client* client, const char* method,
                                            const char* args, const char* kwargs,
                                            const bridge32_buffer* buffers, uint32_t buffer_count,
                                            int64_t timeout_ms, bridge32_reply** reply,
                                            char** error);

/** Reads a property. As bridge32_client_call otherwise. */
BRIDGE32_C_API int32_t bridge32_client_get(bridge32_client* client, const char* property,
                                           int64_t timeout_ms, bridge32_reply** reply,
                                           char** error);

/** The plugin's methods and properties, as it describes them itself: the object in
 * client/README.md, "What a plugin offers". As bridge32_client_call otherwise. */
BRIDGE32_C_API int32_t bridge32_client_describe(bridge32_client* client, int64_t timeout_ms,
                                                bridge32_reply** reply, char** error);

/** Sends a call that has no reply, and returns when it is on its way: whether it failed is not
 * told. As bridge32_client_call otherwise. */
BRIDGE32_C_API int32_t bridge32_client_notify(bridge32_client* client, const char* method,
                                              const char* args, const char* kwargs,
                                              const bridge32_buffer* buffers, uint32_t buffer_count,
                                              char** error);

/** Sends a call and returns at once; buffers are copied, but for those of
 * bridge32_client_make_buffer. `timeout_ms` counts from bridge32_pending_get. The call in
 * `pending` may outlive its client, whose end it reports; free it with bridge32_pending_free.
 * As bridge32_client_call otherwise. */
BRIDGE32_C_API int32_t bridge32_client_start(bridge32_client* client, const char* method,
                                             const char* args, const char* kwargs,
                                             const bridge32_buffer* buffers, uint32_t buffer_count,
                                             int64_t timeout_ms, bridge32_pending** pending,
                                             char** error);
/** Waits for the reply, `wait_ms` milliseconds at most (0: asks, BRIDGE32_NO_TIMEOUT: as long as it
 * takes); `ready` gets 1 when there is something to get, else 0. One thread at a time. */
BRIDGE32_C_API int32_t bridge32_pending_wait(bridge32_pending* pending, int64_t wait_ms,
                                             int32_t* ready, char** error);
/** Waits for the reply and gives the result, or what went wrong, as bridge32_client_call does.
 * Once only. One thread at a time. */
BRIDGE32_C_API int32_t bridge32_pending_get(bridge32_pending* pending, bridge32_reply** reply,
                                            char** error);
/** Gives the call up: one that has not begun does not run, and the plugin can learn it of one that
 * has. bridge32_pending_get fails after this. */
BRIDGE32_C_API void bridge32_pending_cancel(bridge32_pending* pending);
/** Frees it. A call that nobody got still runs, and its reply is dropped. */
BRIDGE32_C_API void bridge32_pending_free(bridge32_pending* pending);

/** The result, as JSON text. It refers to the reply's buffers as arguments do to theirs. Valid
 * until the reply is freed. */
BRIDGE32_C_API const char* bridge32_reply_json(const bridge32_reply* reply);
/** How many buffers the result has. */
BRIDGE32_C_API uint32_t bridge32_reply_buffer_count(const bridge32_reply* reply);
/** Buffer number `at`, null when there is none of that number; `size`, which may be null, gets
 * its size in bytes. Read only. Valid until the reply is freed, whatever happens to the client. */
BRIDGE32_C_API const void* bridge32_reply_buffer(const bridge32_reply* reply, uint32_t at,
                                                 uint64_t* size);
/** Frees it, and the buffers. */
BRIDGE32_C_API void bridge32_reply_free(bridge32_reply* reply);

/** `size` zero bytes in memory that the plugin reads in place: a bridge32_buffer that lies in it
 * is passed without a copy, and a plugin that keeps it can write to it. Aligned to 64 bytes. Valid
 * until it is freed with bridge32_free_buffer, whatever happens to the client. ERROR naming the
 * size when there is no such memory. */
BRIDGE32_C_API int32_t bridge32_client_make_buffer(bridge32_client* client, uint64_t size,
                                                   void** data, char** error);
/** Frees what bridge32_client_make_buffer made. No call that uses it may be running. */
BRIDGE32_C_API void bridge32_free_buffer(void* data);

/** A function that the plugin calls. `args` is the text of a JSON array, which refers to
 * `buffers`; both are valid during the call. To give a result it calls bridge32_answer_return, to
 * fail bridge32_answer_fail; without either the result is null. It runs on the calling thread when
 * it belongs to a call that this thread waits for, else on a thread of the client's, or, with
 * option "dispatch":"poll", in bridge32_client_poll. It may use the client, and call it. */
typedef void (*bridge32_function)(void* context, const char* args, const bridge32_buffer* buffers,
                                  uint32_t buffer_count, bridge32_answer* answer);
/** The function's result, as JSON text with buffers; both are copied. A second one takes the place
 * of the first. INVALID_ARGUMENT: the text is malformed; the answer stays as it was. */
BRIDGE32_C_API int32_t bridge32_answer_return(bridge32_answer* answer, const char* result,
                                              const bridge32_buffer* buffers, uint32_t buffer_count,
                                              char** error);
/** The function failed: the plugin gets an exception of the type `type` ("ValueError"; null for
 * "Error") with the text `message`, and, if it lets it out, the outer call fails with it. */
BRIDGE32_C_API void bridge32_answer_fail(bridge32_answer* answer, const char* type,
                                         const char* message);

/** Makes `function` known to the client; `id` gets its number. {"$callback":{"id":N}} is then an
 * argument for a method that calls it while that call runs, and
 * {"$callback":{"id":N,"long_lived":true}} for one that keeps it. `function` and `context` stay
 * the client's until bridge32_client_remove_function or bridge32_client_close returns. */
BRIDGE32_C_API int32_t bridge32_client_add_function(bridge32_client* client,
                                                    bridge32_function function, void* context,
                                                    uint64_t* id, char** error);
/** From now on the plugin's calls of it fail. Waits while it runs on another thread. */
BRIDGE32_C_API void bridge32_client_remove_function(bridge32_client* client, uint64_t id);

/** Gets an event. `value` is the text of the event's argument, of an array of them when there
 * are several, or null; it refers to `buffers`. All are valid during the call. Runs where a
 * bridge32_function does. */
typedef void (*bridge32_event_function)(void* context, const char* name, const char* value,
                                        const bridge32_buffer* buffers, uint32_t buffer_count);
/** Runs `function` for the events called `name` that the plugin emits, or, when `name` is null,
 * for all. `function` and `context` stay the client's until it is closed. Events of a call have
 * been handled when the call returns. */
BRIDGE32_C_API int32_t bridge32_client_on_event(bridge32_client* client, const char* name,
                                                bridge32_event_function function, void* context,
                                                char** error);

/** With option "dispatch":"poll": runs the functions and events that have come, on this thread;
 * when there are none, waits `wait_ms` milliseconds at most for one. `count`, which may be null,
 * gets how many it ran. */
BRIDGE32_C_API int32_t bridge32_client_poll(bridge32_client* client, int64_t wait_ms,
                                            uint64_t* count, char** error);

/** Kills the host, for a call that hangs: calls that are running fail with HOST_CRASHED, later ones
 * with CONNECTION_CLOSED until bridge32_client_restart. A shared host is only left. */
BRIDGE32_C_API int32_t bridge32_client_terminate(bridge32_client* client, char** error);

/** Starts the host again with the same options, after terminate, a crash or shutdown; one that
 * lives is shut down first. Fails as bridge32_client_open does. */
BRIDGE32_C_API int32_t bridge32_client_restart(bridge32_client* client, char** error);

/** Shuts the plugin down and ends the host. `reply`, which may be null, gets what the host printed:
 * {"out":…,"err":…}, with what is no UTF-8 replaced, and the same as bytes in buffers 0 and 1.
 * Later calls fail with CONNECTION_CLOSED; a second shutdown gives the same again. */
BRIDGE32_C_API int32_t bridge32_client_shutdown(bridge32_client* client, bridge32_reply** reply,
                                                char** error);

/** About the host:
 * {"version":"host32 0.1.0","pid":4711,"bits":32,"plugin":"my_lib","plugin_path":…}. */
BRIDGE32_C_API int32_t bridge32_client_host_info(bridge32_client* client, bridge32_reply** reply,
                                                 char** error);

#ifdef __cplusplus
}
#endif

#endif
