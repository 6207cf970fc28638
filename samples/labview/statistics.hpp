// The struct that the plugin sends to the client.
#pragma once

#include <bridge32/struct.hpp>

struct Statistics {
    double mean;
    double variance;
    double standard_deviation;
};
BRIDGE32_STRUCT(Statistics, mean, variance, standard_deviation)
