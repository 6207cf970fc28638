// The floor for large calls: arrays in shared memory that the server doubles where they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "contestants/shared_page.hpp"
#include "server.hpp"

namespace bench {

class FloorArrays {
public:
    explicit FloorArrays(std::size_t most_elements);
    double* arguments() const noexcept { return memory_.arguments(); }
    const double* results() const noexcept { return memory_.results(); }
    pid_t server() const noexcept { return server_.pid(); }
    /// The server reads the first `elements` arguments and writes as many results.
    void double_in_place(std::size_t elements) noexcept;

private:
    std::string name_;
    SharedMapping memory_;
    Server server_;
    std::uint32_t count_ = 0;
};

}  // namespace bench
