/* The header that LabVIEW generates for a DLL, without its platform headers. */
#pragma once

#include <stdint.h>

#pragma pack(push)
#pragma pack(1)

#ifdef __cplusplus
extern "C" {
#endif

/* WeightingSample: 0 for the variance of a population, 1 for that of a sample. */
void stdev(double X[], int32_t lenX, uint16_t WeightingSample, double* mean, double* variance,
           double* standardDeviation);

/* Exported by every LabVIEW DLL: 0, or the reason why parts of it could not be loaded. */
int32_t LVDLLStatus(char* errStr, int32_t errStrLen, void* module);

#ifdef __cplusplus
}
#endif

#pragma pack(pop)
