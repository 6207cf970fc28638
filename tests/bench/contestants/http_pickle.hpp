// The old way: Python, HTTP and pickle files. Client and server are Python processes.
#pragma once

#include <string>
#include <vector>

#include "server.hpp"

namespace bench {

class HttpPickle {
public:
    /// Is there a Python to run it?
    static bool available();

    HttpPickle();

    /// Nanoseconds of each call.
    std::vector<double> add(double seconds);
    std::vector<double> double_list(std::size_t count, int calls);

private:
    TemporaryFolder folder_;
    Server server_;
    Server client_;
};

}  // namespace bench
