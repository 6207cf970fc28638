/* What a vendor gives away: this header, and a 32-bit library. */
#ifndef VENDOR_H
#define VENDOR_H

#define VENDOR_CHANNELS 4

typedef struct vendor_device* VDEV;

typedef struct {
    unsigned int size; /* of this struct, set by the caller */
    int gain;
    double scale;
    char name[16];
} VINFO;

enum vendor_status { VENDOR_OK = 0, VENDOR_NO_DEVICE = -1, VENDOR_BAD_ARGUMENT = -2 };

#ifdef __cplusplus
extern "C" {
#endif

int VOpen(int port, VDEV* device);
int VRead(VDEV device, double* samples, int count, int* got);
int VInfo(VDEV device, VINFO* info);
double VMean(const double* samples, int count);
int VScan(VDEV device, int (*level)(int channel, double value, void* user), void* user);
const char* VErrorText(int status);
void VClose(VDEV device);

#ifdef __cplusplus
}
#endif

#endif
