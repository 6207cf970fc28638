// All that BRIDGE32_SPLIT_CLIENT leaves out of the headers: the client library has it.
#define BRIDGE32_DETAIL_RUNTIME
#include "bridge32/codec.hpp"
#include "bridge32/internal/protocol/protocol.ipp"
#include "bridge32/text.hpp"
