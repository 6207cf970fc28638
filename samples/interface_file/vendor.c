/* Stands for a library that exists only as 32-bit code. */
#include "vendor.h"

#include <stdlib.h>
#include <string.h>

struct vendor_device {
    int port;
    int gain;
};

int VOpen(int port, VDEV* device) {
    *device = NULL;
    if (port < 0) {
        return VENDOR_BAD_ARGUMENT;
    }
    if (port > 9) {
        return VENDOR_NO_DEVICE;
    }
    *device = malloc(sizeof **device);
    (*device)->port = port;
    (*device)->gain = 2;
    return VENDOR_OK;
}

int VRead(VDEV device, double* samples, int count, int* got) {
    *got = count < VENDOR_CHANNELS ? count : VENDOR_CHANNELS;
    for (int i = 0; i < *got; ++i) {
        samples[i] = device->gain * (i + 0.5);
    }
    return VENDOR_OK;
}

int VInfo(VDEV device, VINFO* info) {
    if (info->size != sizeof *info) {
        return VENDOR_BAD_ARGUMENT;
    }
    info->gain = device->gain;
    info->scale = 0.25;
    strcpy(info->name, "instrument");
    return VENDOR_OK;
}

double VMean(const double* samples, int count) {
    double sum = 0;
    for (int i = 0; i < count; ++i) {
        sum += samples[i];
    }
    return count > 0 ? sum / count : 0;
}

int VScan(VDEV device, int (*level)(int channel, double value, void* user), void* user) {
    for (int channel = 0; channel < VENDOR_CHANNELS; ++channel) {
        if (!level(channel, device->gain * (channel + 0.5), user)) {
            return channel;
        }
    }
    return VENDOR_CHANNELS;
}

const char* VErrorText(int status) {
    return status == VENDOR_OK          ? "no error"
           : status == VENDOR_NO_DEVICE ? "there is no device at this port"
                                        : "bad argument";
}

void VClose(VDEV device) { free(device); }
