/* The C interface of the client: a 64-bit program calls the methods of a plugin that runs in a
 * 32-bit host. For C and every language that can call C: Python's ctypes, C#, Julia, MATLAB,
 * LabVIEW, Rust. C++ programs use <bridge32/client.hpp>.
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
 * libbridge32.so exports the functions; on Windows, bridge32.dll.
 *
 * Text. All text is UTF-8 with a terminating zero. Values are JSON text, as sdk/PROTOCOL.md,
 * "Values", describes. Numeric arrays and bytes are in buffers beside the text, which refers to
 * them by number: {"$array":{"dtype":"<f8","shape":[3],"at":0}} is three doubles in buffer 0, and
 * {"$bytes":{"at":1}} is all of buffer 1. Arguments are checked before they are sent: malformed
 * text, and a buffer that is missing or has the wrong size, give BRIDGE32_STATUS_INVALID_ARGUMENT.
 *
 * Errors. Functions that can fail return a status, an int32_t: 0 (BRIDGE32_STATUS_OK) or one of
 * the numbers below. On failure, their last parameter, unless null, receives the error as the text
 * of a JSON object, to be freed with bridge32_free; on success it receives null:
 *     status   the number
 *     type     the kind of error ("TimeoutError"); for REMOTE, the type of the exception in the
 *              plugin ("std::runtime_error")
 *     message  for people: what was attempted, on what, and what to do
 *     where    "plugin.method"; only for errors from the plugin
 *     output   what the host printed; only for STARTUP
 *     report   the details of a crash, see client/README.md; only for HOST_CRASHED
 * All other output parameters are first set to null or 0.
 *
 * Threads. All functions are thread-safe, and several threads may use one client at once. A client
 * may be closed at any time, also in a function that is called for it: running and later calls of
 * other threads fail with CONNECTION_CLOSED. Other objects must not be used during or after the
 * call that frees them. A function that is passed in may end its thread with pthread_exit, but not
 * with option "mode":"in_process".
 *
 * Processes. In a child made by fork, all uses of a client of the parent's fail with
 * CONNECTION_CLOSED, and freeing or closing objects there does nothing to the parent's. See
 * "Programs that fork" in client/README.md.
 *
 * Ownership. The caller owns what it receives through a `**` parameter, and frees it with the
 * function named there. Arguments are borrowed until the function returns. Functions and their
 * contexts are kept as long as documented there.
 *
 * Functions that free or close accept null; closing a client again does nothing. No C++ exception
 * leaves a function, and none may leave a function that is passed in. */
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

/** What functions return. Numbers are never reused. */
enum {
    BRIDGE32_STATUS_OK = 0,
    BRIDGE32_STATUS_ERROR = 1,            /**< any other error */
    BRIDGE32_STATUS_STARTUP = 2,          /**< the host could not start or did not answer in time */
    BRIDGE32_STATUS_PLUGIN = 3,           /**< the plugin or its library cannot be loaded, … */
    BRIDGE32_STATUS_REMOTE = 4,           /**< the method threw */
    BRIDGE32_STATUS_METHOD_NOT_FOUND = 5, /**< the plugin has no such method or property */
    BRIDGE32_STATUS_INVALID_ARGUMENT = 6, /**< arguments are malformed or do not fit */
    BRIDGE32_STATUS_TIMEOUT = 7,          /**< no reply within the time limit */
    BRIDGE32_STATUS_HOST_CRASHED = 8,     /**< the host died */
    BRIDGE32_STATUS_PROTOCOL = 9, /**< the host sent an invalid message, and the client is closed */
    BRIDGE32_STATUS_CONNECTION_CLOSED = 10, /**< after shutdown, or the shared host has ended */
    BRIDGE32_STATUS_NO_MEMORY = 11          /**< this process is out of memory */
};

/** One instance of one plugin, in a host. */
typedef struct bridge32_client bridge32_client;
/** A result: a value and the buffers that it refers to. */
typedef struct bridge32_reply bridge32_reply;
/** An asynchronous call. */
typedef struct bridge32_pending bridge32_pending;
/** Receives the result of a function that the plugin calls. */
typedef struct bridge32_answer bridge32_answer;

/** Raw memory beside a JSON text: bytes, or the little-endian elements of an array. */
typedef struct bridge32_buffer {
    const void* data; /**< may be null if `size` is 0 */
    uint64_t size;    /**< in bytes */
} bridge32_buffer;

/** In place of a limit in milliseconds: the client's option `call_timeout`. */
#define BRIDGE32_CLIENT_TIMEOUT (-1)
/** In place of a limit in milliseconds: no limit. */
#define BRIDGE32_NO_TIMEOUT INT64_MAX

/** The version of the library, "0.1.0" (semantic versioning). A program built with this header
 * works with every later release of the same major version; before 1.0, of the same minor version.
 * The text is static. */
BRIDGE32_C_API const char* bridge32_version(void);
/** The version of the plugin ABI, which plugins are built for. */
BRIDGE32_C_API uint32_t bridge32_plugin_abi_version(void);
/** The version of the wire protocol, which client and host must share. */
BRIDGE32_C_API uint32_t bridge32_wire_version(void);

/** Frees the text of an error. */
BRIDGE32_C_API void bridge32_free(char* text);

/** Receives the host's output as it arrives. `is_error`: 0 for stdout, 1 for stderr. `text` is
 * valid during the call, has `size` bytes, and need not be UTF-8. Runs on a thread of the client,
 * one call at a time, until bridge32_client_close has returned. Must not use the client, except to
 * close it. */
typedef void (*bridge32_output_function)(void* context, int32_t is_error, const char* text,
                                         uint64_t size);

/** Starts a host, which ends with the client, and constructs `plugin` in it. `options` is null, or
 * the text of a JSON object with members of ClientOptions (see client/README.md); times are in
 * milliseconds: {"kwargs":{"gain":2.5},"call_timeout":5000,"wait":"spin"}. A list of folders is an
 * array of strings, or one string with the separator of PATH. `on_output` may be null. Close the
 * client with bridge32_client_close.
 * Fails with STARTUP, PLUGIN, HOST_CRASHED, INVALID_ARGUMENT (options; suggests names). */
BRIDGE32_C_API int32_t bridge32_client_open(const char* plugin, const char* options,
                                            bridge32_output_function on_output,
                                            void* output_context, bridge32_client** client,
                                            char** error);

/** Connects to the shared host `host` and opens `plugin` there. Options for starting a host are
 * used only with "start_host":true. Otherwise as bridge32_client_open; also fails with
 * CONNECTION_CLOSED if no such host is running. */
BRIDGE32_C_API int32_t bridge32_client_connect(const char* host, const char* plugin,
                                               const char* options, bridge32_client** client,
                                               char** error);

/** Shuts down as bridge32_client_shutdown does, and frees the client, at the latest when the last
 * call of another thread has returned. Waits for functions of this client that run on other
 * threads. A function that is called for the client may close it; if a call waits for that
 * function, the host cannot end in order, and is killed after the option "shutdown_timeout". */
BRIDGE32_C_API void bridge32_client_close(bridge32_client* client);

/** Calls a method and waits for its result. `args`: the positional arguments, the text of a JSON
 * array; `kwargs`: the named arguments, the text of an object; either may be null. They refer to
 * the `buffer_count` elements of `buffers`. `timeout_ms`: the limit in milliseconds,
 * BRIDGE32_CLIENT_TIMEOUT or BRIDGE32_NO_TIMEOUT. `reply` may be null; free it with
 * bridge32_reply_free. Fails with any status; with STARTUP and PLUGIN only with option
 * "restart":"on_crash". */
BRIDGE32_C_API int32_t bridge32_client_call(bridge32_client* client, const char* method,
                                            const char* args, const char* kwargs,
                                            const bridge32_buffer* buffers, uint32_t buffer_count,
                                            int64_t timeout_ms, bridge32_reply** reply,
                                            char** error);

/** Reads a property. Otherwise as bridge32_client_call. */
BRIDGE32_C_API int32_t bridge32_client_get(bridge32_client* client, const char* property,
                                           int64_t timeout_ms, bridge32_reply** reply,
                                           char** error);

/** The plugin's description of its methods and properties: the object in client/README.md, "What a
 * plugin offers". Otherwise as bridge32_client_call. */
BRIDGE32_C_API int32_t bridge32_client_describe(bridge32_client* client, int64_t timeout_ms,
                                                bridge32_reply** reply, char** error);

/** Sends a call that has no reply; failures are not reported. Otherwise as bridge32_client_call. */
BRIDGE32_C_API int32_t bridge32_client_notify(bridge32_client* client, const char* method,
                                              const char* args, const char* kwargs,
                                              const bridge32_buffer* buffers, uint32_t buffer_count,
                                              char** error);

/** Sends a call and returns at once. Buffers are copied, except those from
 * bridge32_client_make_buffer. `timeout_ms` starts at bridge32_pending_get. `pending` may outlive
 * the client: it then reports that the client has ended. Free it with bridge32_pending_free.
 * Otherwise as bridge32_client_call. */
BRIDGE32_C_API int32_t bridge32_client_start(bridge32_client* client, const char* method,
                                             const char* args, const char* kwargs,
                                             const bridge32_buffer* buffers, uint32_t buffer_count,
                                             int64_t timeout_ms, bridge32_pending** pending,
                                             char** error);
/** Waits for the reply for up to `wait_ms` milliseconds (0: returns at once, BRIDGE32_NO_TIMEOUT:
 * no limit). `ready` receives 1 if the reply has arrived, otherwise 0. One thread at a time. */
BRIDGE32_C_API int32_t bridge32_pending_wait(bridge32_pending* pending, int64_t wait_ms,
                                             int32_t* ready, char** error);
/** Waits for the reply and returns the result or the error, as bridge32_client_call does. Can be
 * called once. One thread at a time. */
BRIDGE32_C_API int32_t bridge32_pending_get(bridge32_pending* pending, bridge32_reply** reply,
                                            char** error);
/** Cancels the call: it is not run if it has not started, otherwise the plugin can see that it was
 * cancelled. bridge32_pending_get then fails. */
BRIDGE32_C_API void bridge32_pending_cancel(bridge32_pending* pending);
/** Frees it. Without bridge32_pending_get, the call still runs, but its reply is dropped. */
BRIDGE32_C_API void bridge32_pending_free(bridge32_pending* pending);

/** The result as JSON text, which may refer to the reply's buffers. Valid until the reply is
 * freed. */
BRIDGE32_C_API const char* bridge32_reply_json(const bridge32_reply* reply);
/** The number of buffers. */
BRIDGE32_C_API uint32_t bridge32_reply_buffer_count(const bridge32_reply* reply);
/** Buffer number `at`, or null if there is none; `size`, unless null, receives its size in bytes.
 * Read-only. Valid until the reply is freed, even after the client was closed. */
BRIDGE32_C_API const void* bridge32_reply_buffer(const bridge32_reply* reply, uint32_t at,
                                                 uint64_t* size);
/** Frees the reply and its buffers. */
BRIDGE32_C_API void bridge32_reply_free(bridge32_reply* reply);

/** Allocates `size` zero bytes of shared memory, which the plugin reads in place: a bridge32_buffer
 * inside it is passed without a copy, and a plugin that keeps it can write to it. Aligned to 64
 * bytes. Valid until bridge32_free_buffer, even after the client was closed. Fails with ERROR and
 * the size if the memory cannot be allocated. */
BRIDGE32_C_API int32_t bridge32_client_make_buffer(bridge32_client* client, uint64_t size,
                                                   void** data, char** error);
/** Frees memory from bridge32_client_make_buffer. No call that uses it may be running. */
BRIDGE32_C_API void bridge32_free_buffer(void* data);

/** A function that the plugin calls. `args` is the text of a JSON array, which may refer to
 * `buffers`; both are valid during the call. The function calls bridge32_answer_return to return a
 * result, or bridge32_answer_fail to fail; otherwise the result is null. It runs on the thread that
 * waits for the call it belongs to, otherwise on a thread of the client or, with option
 * "dispatch":"poll", in bridge32_client_poll. It may use the client and make calls. */
typedef void (*bridge32_function)(void* context, const char* args, const bridge32_buffer* buffers,
                                  uint32_t buffer_count, bridge32_answer* answer);
/** Sets the function's result, JSON text with buffers; both are copied. A later result replaces an
 * earlier one. Fails with INVALID_ARGUMENT if the text is malformed; the answer is then unchanged.
 */
BRIDGE32_C_API int32_t bridge32_answer_return(bridge32_answer* answer, const char* result,
                                              const bridge32_buffer* buffers, uint32_t buffer_count,
                                              char** error);
/** Makes the function fail: the plugin's call of it throws an exception of type `type`
 * ("ValueError"; null for "Error") with the text `message`. If the plugin does not catch it, the
 * outer call fails with it. */
BRIDGE32_C_API void bridge32_answer_fail(bridge32_answer* answer, const char* type,
                                         const char* message);

/** Registers `function`; `id` receives its number. Pass {"$callback":{"id":N}} to a method that
 * calls it during the call, and {"$callback":{"id":N,"long_lived":true}} to a method that keeps it.
 * The client uses `function` and `context` until bridge32_client_remove_function or
 * bridge32_client_close returns. */
BRIDGE32_C_API int32_t bridge32_client_add_function(bridge32_client* client,
                                                    bridge32_function function, void* context,
                                                    uint64_t* id, char** error);
/** The plugin's later calls of the function fail. Waits while it runs on another thread. */
BRIDGE32_C_API void bridge32_client_remove_function(bridge32_client* client, uint64_t id);

/** Handles an event. `value` is the text of the event's argument, an array of several arguments, or
 * null; it may refer to `buffers`. All are valid during the call. Runs where a bridge32_function
 * runs. */
typedef void (*bridge32_event_function)(void* context, const char* name, const char* value,
                                        const bridge32_buffer* buffers, uint32_t buffer_count);
/** Runs `function` for the plugin's events named `name`, or for all events if `name` is null. The
 * client uses `function` and `context` until it is closed. The events of a call are handled before
 * the call returns. */
BRIDGE32_C_API int32_t bridge32_client_on_event(bridge32_client* client, const char* name,
                                                bridge32_event_function function, void* context,
                                                char** error);

/** With option "dispatch":"poll": runs pending functions and event handlers on this thread; if
 * there are none, waits up to `wait_ms` milliseconds for one. `count`, unless null, receives the
 * number run. */
BRIDGE32_C_API int32_t bridge32_client_poll(bridge32_client* client, int64_t wait_ms,
                                            uint64_t* count, char** error);

/** Kills the host, for example if a call hangs. Running calls fail with HOST_CRASHED, later calls
 * with CONNECTION_CLOSED until bridge32_client_restart. A shared host is only disconnected. */
BRIDGE32_C_API int32_t bridge32_client_terminate(bridge32_client* client, char** error);

/** Starts a new host with the same options. A host that is still running is shut down first. Fails
 * as bridge32_client_open does. */
BRIDGE32_C_API int32_t bridge32_client_restart(bridge32_client* client, char** error);

/** Shuts the plugin down and ends the host. `reply`, unless null, receives what the host printed:
 * {"out":…,"err":…}, with invalid UTF-8 replaced, and the raw bytes in buffers 0 and 1. Later calls
 * fail with CONNECTION_CLOSED; a second shutdown returns the same output. */
BRIDGE32_C_API int32_t bridge32_client_shutdown(bridge32_client* client, bridge32_reply** reply,
                                                char** error);

/** The host's version, process and plugin:
 * {"version":"host32 0.1.0","pid":4711,"bits":32,"plugin":"my_lib","plugin_path":…}; `pid` is 0 of
 * a shared host in a PID namespace that this process does not see. */
BRIDGE32_C_API int32_t bridge32_client_host_info(bridge32_client* client, bridge32_reply** reply,
                                                 char** error);

#ifdef __cplusplus
}
#endif

#endif
