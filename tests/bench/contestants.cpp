#include "contestants.hpp"

#include "contestants/http_pickle.hpp"

namespace bench {

std::vector<Contestant> contestants() {
    std::vector<Contestant> all{ping_pong(),    bridge32_adaptive(), bridge32_in_process(),
                                futex(),        unix_socket(),       pipe(),
                                message_queue()};
#ifdef BENCH_ZEROMQ
    all.push_back(zeromq());
#endif
#ifdef BENCH_GRPC
    all.push_back(grpc());
#endif
    if (HttpPickle::available()) all.push_back(http_pickle());
    return all;
}

}  // namespace bench
