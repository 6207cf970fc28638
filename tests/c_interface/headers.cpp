// See headers.c.
#include <bridge32/client.hpp>
#include <bridge32/plugin.hpp>

#define headers_together headers_together_in_cpp
#include "headers.c"
