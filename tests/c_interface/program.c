/* The C interface, used from C99: all of its functions, once each at least. */
#include <bridge32/bridge32.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONS "\"plugin_path\":\"" BRIDGE32_TEST_PLUGINS "\",\"startup_timeout\":60000"
#define LIMIT 20000 /* ms; a bound, not an expectation */

static int failures = 0;

#define CHECK(condition) check((condition), #condition, __LINE__)
static void check(int good, const char* text, int line) {
    if (!good) {
        printf("line %d: not so: %s\n", line, text);
        ++failures;
    }
}

/* Checks for success; shows the error otherwise. */
#define WORKS(call) works((call), #call, __LINE__)
static char* error = NULL;
static void works(int32_t status, const char* text, int line) {
    if (status != BRIDGE32_STATUS_OK) {
        printf("line %d: %s gave %d\n%s\n", line, text, (int)status, error ? error : "");
        ++failures;
    }
    bridge32_free(error);
    error = NULL;
}

/* The text of the last error, which is freed. */
static int error_has(const char* part) {
    int has = error != NULL && strstr(error, part) != NULL;
    if (!has) printf("this is no \"%s\": %s\n", part, error ? error : "(none)");
    bridge32_free(error);
    error = NULL;
    return has;
}

static int replied(bridge32_reply* reply, const char* json) {
    int same = reply != NULL && strcmp(bridge32_reply_json(reply), json) == 0;
    if (!same) printf("the reply is %s\n", reply ? bridge32_reply_json(reply) : "(none)");
    bridge32_reply_free(reply);
    return same;
}

static bridge32_client* open_plugin(const char* plugin, const char* options) {
    bridge32_client* client = NULL;
    WORKS(bridge32_client_open(plugin, options, NULL, NULL, &client, &error));
    if (client == NULL) exit(1);
    return client;
}

static void test_values(void) {
    const double x[2] = {0.5, -4.25};
    const bridge32_buffer one = {x, sizeof x};
    bridge32_client* client = open_plugin("echo", "{" OPTIONS ",\"kwargs\":{\"gain\":2.5}}");
    bridge32_reply* reply = NULL;
    uint64_t size = 0;
    const double* y;

    WORKS(bridge32_client_call(client, "add", "[1]", "{\"b\":2}", NULL, 0, LIMIT, &reply, &error));
    CHECK(replied(reply, "3"));
    WORKS(bridge32_client_call(client, "nothing", NULL, NULL, NULL, 0, -1, NULL, &error));
    WORKS(bridge32_client_call(client, "echo_f64s",
                               "[{\"$array\":{\"dtype\":\"<f8\",\"shape\":[2],\"at\":0}}]", NULL,
                               &one, 1, LIMIT, &reply, &error));
    CHECK(bridge32_reply_buffer_count(reply) == 1);
    y = bridge32_reply_buffer(reply, 0, &size);
    CHECK(y != NULL && size == sizeof x && memcmp(x, y, sizeof x) == 0);
    CHECK(bridge32_reply_buffer(reply, 1, &size) == NULL && size == 0);
    bridge32_reply_free(reply);
    WORKS(bridge32_client_get(client, "kwargs", LIMIT, &reply, &error));
    CHECK(replied(reply, "{\"gain\":2.5}"));
    WORKS(bridge32_client_describe(client, LIMIT, &reply, &error));
    CHECK(strstr(bridge32_reply_json(reply), "\"plugin\":\"echo\"") != NULL);
    bridge32_reply_free(reply);
    WORKS(bridge32_client_host_info(client, &reply, &error));
    CHECK(strstr(bridge32_reply_json(reply), "\"bits\":32") != NULL);
    bridge32_reply_free(reply);
    WORKS(bridge32_client_notify(client, "print", "[\"hi\"]", NULL, NULL, 0, &error));
    WORKS(bridge32_client_shutdown(client, &reply, &error));
    CHECK(bridge32_reply_buffer_count(reply) == 2);
    CHECK(replied(reply, "{\"out\":\"hi\",\"err\":\"\"}"));
    CHECK(bridge32_client_call(client, "nothing", NULL, NULL, NULL, 0, LIMIT, NULL, &error) ==
          BRIDGE32_STATUS_CONNECTION_CLOSED);
    CHECK(error_has("ConnectionClosed"));
    bridge32_client_close(client);
}

static void take_output(void* context, int32_t is_error, const char* text, uint64_t size) {
    char* printed = context;
    if (is_error && strlen(printed) + size < 100) strncat(printed, text, (size_t)size);
}

static void test_output(void) {
    char printed[100] = "";
    bridge32_client* client = NULL;
    WORKS(bridge32_client_open("echo", "{" OPTIONS "}", take_output, printed, &client, &error));
    WORKS(bridge32_client_call(client, "print", "[\"aside\",true]", NULL, NULL, 0, LIMIT, NULL,
                               &error));
    bridge32_client_close(client); /* nothing is printed after this */
    CHECK(strcmp(printed, "aside") == 0);
}

static void test_async(void) {
    bridge32_client* client = open_plugin("echo", "{" OPTIONS "}");
    bridge32_pending* first = NULL;
    bridge32_pending* second = NULL;
    bridge32_reply* reply = NULL;
    int32_t ready = 0;
    WORKS(bridge32_client_start(client, "add", "[1,2]", NULL, NULL, 0, LIMIT, &first, &error));
    WORKS(bridge32_client_start(client, "sleep_ms", "[1]", NULL, NULL, 0, LIMIT, &second, &error));
    WORKS(bridge32_pending_wait(first, LIMIT, &ready, &error));
    CHECK(ready == 1);
    WORKS(bridge32_pending_get(first, &reply, &error));
    CHECK(replied(reply, "3"));
    CHECK(bridge32_pending_get(first, &reply, &error) == BRIDGE32_STATUS_ERROR);
    CHECK(error_has("consumed"));
    bridge32_pending_cancel(second);
    bridge32_pending_free(first);
    bridge32_pending_free(second);
    bridge32_client_close(client);
}

struct scan {
    bridge32_client* client;
    int calls;
};

/* [0, 0.0], [1, 0.5], …: goes on below 2, and calls the client back meanwhile. */
static void on_point(void* context, const char* args, const bridge32_buffer* buffers,
                     uint32_t buffer_count, bridge32_answer* answer) {
    struct scan* scan = context;
    int i = -1;
    char* inner = NULL;
    (void)buffers;
    CHECK(buffer_count == 0);
    CHECK(sscanf(args, "[%d,", &i) == 1 && i == scan->calls);
    ++scan->calls;
    CHECK(bridge32_client_call(scan->client, "unit", NULL, NULL, NULL, 0, LIMIT, NULL, &inner) ==
          BRIDGE32_STATUS_OK);
    CHECK(bridge32_answer_return(answer, i < 2 ? "true" : "false", NULL, 0, &inner) ==
          BRIDGE32_STATUS_OK);
}

static void refuse(void* context, const char* args, const bridge32_buffer* buffers,
                   uint32_t buffer_count, bridge32_answer* answer) {
    (void)context, (void)args, (void)buffers, (void)buffer_count;
    bridge32_answer_fail(answer, "TooHigh", "3.5 is too high");
}

static void on_progress(void* context, const char* name, const char* value,
                        const bridge32_buffer* buffers, uint32_t buffer_count) {
    (void)buffers, (void)buffer_count;
    CHECK(strcmp(name, "progress") == 0);
    CHECK(atof(value) > 0);
    ++*(int*)context;
}

static void test_functions_and_events(void) {
    struct scan scan = {NULL, 0};
    int progress = 0;
    int all = 0;
    uint64_t point = 0;
    uint64_t refusing = 0;
    char args[100];
    bridge32_reply* reply = NULL;
    bridge32_client* client = open_plugin("instrument", "{" OPTIONS "}");
    scan.client = client;

    WORKS(bridge32_client_add_function(client, on_point, &scan, &point, &error));
    sprintf(args, "[100,{\"$callback\":{\"id\":%u}}]", (unsigned)point);
    WORKS(bridge32_client_call(client, "scan", args, NULL, NULL, 0, LIMIT, &reply, &error));
    CHECK(replied(reply, "2"));
    CHECK(scan.calls == 3);
    bridge32_client_remove_function(client, point);
    CHECK(bridge32_client_call(client, "scan", args, NULL, NULL, 0, LIMIT, &reply, &error) ==
          BRIDGE32_STATUS_INVALID_ARGUMENT);
    CHECK(error_has("there is no function"));

    WORKS(bridge32_client_add_function(client, refuse, NULL, &refusing, &error));
    sprintf(args, "[1,{\"$callback\":{\"id\":%u,\"long_lived\":true}}]", (unsigned)refusing);
    CHECK(bridge32_client_call(client, "scan", args, NULL, NULL, 0, LIMIT, &reply, &error) ==
          BRIDGE32_STATUS_REMOTE);
    CHECK(error_has("\"type\":\"TooHigh\",\"message\":\"3.5 is too high\""));

    WORKS(bridge32_client_on_event(client, "progress", on_progress, &progress, &error));
    WORKS(bridge32_client_on_event(client, NULL, on_progress, &all, &error));
    WORKS(bridge32_client_call(client, "adjust", "[3]", NULL, NULL, 0, LIMIT, NULL, &error));
    CHECK(progress == 3);
    CHECK(all == 3);
    bridge32_client_close(client);
}

static void on_full(void* context, const char* name, const char* value,
                    const bridge32_buffer* buffers, uint32_t buffer_count) {
    (void)name, (void)value, (void)buffers, (void)buffer_count;
    *(int*)context = 1;
}

static void test_buffers_and_poll(void) {
    bridge32_client* client = open_plugin("instrument", "{" OPTIONS ",\"dispatch\":\"poll\"}");
    void* samples = NULL;
    int full = 0;
    int tries;
    uint64_t ran = 0;
    bridge32_buffer buffer = {NULL, 2000};

    WORKS(bridge32_client_make_buffer(client, buffer.size, &samples, &error));
    WORKS(bridge32_client_on_event(client, "full", on_full, &full, &error));
    buffer.data = samples;
    /* The plugin keeps the buffer, and a thread of its own fills it. */
    WORKS(bridge32_client_call(client, "start",
                               "[{\"$array\":{\"dtype\":\"<i2\",\"shape\":[1000],\"at\":0}}]", NULL,
                               &buffer, 1, LIMIT, NULL, &error));
    for (tries = 0; !full && tries < 200; ++tries)
        WORKS(bridge32_client_poll(client, 100, &ran, &error));
    CHECK(full);
    CHECK(((const int16_t*)samples)[999] == 999);
    WORKS(bridge32_client_call(client, "stop", NULL, NULL, NULL, 0, LIMIT, NULL, &error));
    bridge32_client_close(client);
    CHECK(((const int16_t*)samples)[1] == 1);
    bridge32_free_buffer(samples);
}

static void test_crash(void) {
    bridge32_client* client = open_plugin("crashes", "{" OPTIONS "}");
    bridge32_reply* reply = NULL;
    CHECK(bridge32_client_call(client, "abort_", NULL, NULL, NULL, 0, LIMIT, &reply, &error) ==
          BRIDGE32_STATUS_HOST_CRASHED);
    CHECK(reply == NULL);
    CHECK(error_has("\"report\":{"));
    WORKS(bridge32_client_restart(client, &error));
    WORKS(bridge32_client_call(client, "add", "[1,2]", NULL, NULL, 0, LIMIT, &reply, &error));
    CHECK(replied(reply, "3"));
    WORKS(bridge32_client_terminate(client, &error));
    CHECK(bridge32_client_call(client, "add", "[1,2]", NULL, NULL, 0, LIMIT, NULL, NULL) >= 8);
    bridge32_client_close(client);
}

int main(void) {
    bridge32_client* client = NULL;
    printf("bridge32 %s, C ABI %u, wire %u\n", bridge32_version(),
           (unsigned)bridge32_plugin_abi_version(), (unsigned)bridge32_wire_version());
    CHECK(bridge32_client_connect("no_such_host", "echo", NULL, &client, &error) ==
          BRIDGE32_STATUS_CONNECTION_CLOSED);
    CHECK(error_has("no_such_host"));
    test_values();
    test_output();
    test_async();
    test_functions_and_events();
    test_buffers_and_poll();
    test_crash();
    if (failures == 0) printf("all is well\n");
    return failures != 0;
}
