/* A stand-in for a LabVIEW DLL: the same exports, written in C. */
#include "library.h"

#include <math.h>

void stdev(double X[], int32_t lenX, uint16_t WeightingSample, double* mean, double* variance,
           double* standardDeviation) {
    const int32_t weight = lenX - (WeightingSample != 0);
    double sum = 0;
    double squares = 0;
    for (int32_t i = 0; i < lenX; ++i) {
        sum += X[i];
    }
    *mean = sum / lenX;
    for (int32_t i = 0; i < lenX; ++i) {
        squares += (X[i] - *mean) * (X[i] - *mean);
    }
    *variance = squares / weight;
    *standardDeviation = sqrt(*variance);
}

int32_t LVDLLStatus(char* errStr, int32_t errStrLen, void* module) {
    (void)module;
    if (errStr && errStrLen > 0) {
        errStr[0] = '\0';
    }
    return 0;
}
