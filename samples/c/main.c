/* Calls the plugin my_lib of ../hello from C. */
#include <bridge32/bridge32.h>
#include <stdio.h>

/* Prints and frees an error. */
static void show(const char* what, char** error) {
    printf("%s\n    %s\n", what, *error);
    bridge32_free(*error);
    *error = NULL;
}

// [call]
/* Calls a method with positional arguments and prints its result. */
static int print_call(bridge32_client* client, const char* method, const char* args) {
    bridge32_reply* reply = NULL;
    char* error = NULL;
    int32_t status = bridge32_client_call(client, method, args, NULL, NULL, 0,
                                          BRIDGE32_CLIENT_TIMEOUT, &reply, &error);
    if (status == BRIDGE32_STATUS_OK) {
        printf("%s%s = %s\n", method, args, bridge32_reply_json(reply));
    } else {
        show(method, &error);
    }
    bridge32_reply_free(reply);
    return status;
}
// [call end]

// [array]
/* An array is passed as it is in memory; the text only describes it. */
static int print_scaled(bridge32_client* client) {
    const double x[3] = {0.5, 1.0, -4.25};
    const bridge32_buffer buffers[1] = {{x, sizeof x}};
    bridge32_reply* reply = NULL;
    char* error = NULL;
    int32_t status = bridge32_client_call(
        client, "scale", "[2.0, {\"$array\":{\"dtype\":\"<f8\",\"shape\":[3],\"at\":0}}]", NULL,
        buffers, 1, BRIDGE32_CLIENT_TIMEOUT, &reply, &error);
    if (status == BRIDGE32_STATUS_OK) {
        const double* y = bridge32_reply_buffer(reply, 0, NULL);
        printf("scale gave %s: %g %g %g\n", bridge32_reply_json(reply), y[0], y[1], y[2]);
    } else {
        show("scale", &error);
    }
    bridge32_reply_free(reply);
    return status;
}
// [array end]

int main(void) {
    bridge32_client* client = NULL;
    char* error = NULL;
    if (bridge32_client_open("my_lib", "{\"kwargs\":{\"gain\":2.5},\"call_timeout\":10000}", NULL,
                             NULL, &client, &error) != BRIDGE32_STATUS_OK) {
        show("cannot open my_lib", &error);
        return 1;
    }

    print_call(client, "add", "[1,2]");
    print_scaled(client);
    print_call(client, "ad", "[1,2]"); /* no such method */

    bridge32_reply* gain = NULL;
    if (bridge32_client_get(client, "gain", BRIDGE32_CLIENT_TIMEOUT, &gain, &error) ==
        BRIDGE32_STATUS_OK) {
        printf("gain %s\n", bridge32_reply_json(gain));
    } else {
        show("gain", &error);
    }
    bridge32_reply_free(gain);
    bridge32_client_close(client); /* the host ends */
    return 0;
}
