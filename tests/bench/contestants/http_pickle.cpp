#include "contestants/http_pickle.hpp"

#include <unistd.h>

#include <memory>
#include <sstream>

#include "contestants.hpp"

namespace bench {

namespace {

const char* const kScript = BENCH_SOURCES "/contestants/http_pickle.py";

std::string python() {
    // The system's own, not a version manager's, which starts through a shell script.
    for (const char* path : {"/usr/bin/python3", "/usr/local/bin/python3"}) {
        if (::access(path, X_OK) == 0) return path;
    }
    return {};
}

std::vector<double> numbers_in(const std::string& line) {
    std::istringstream text(line);
    std::vector<double> numbers;
    for (double number = 0; text >> number;)
        numbers.push_back(number);
    return numbers;
}

class OldWay : public Pair {
public:
    Timing measure(const Budget& budget) override {
        http_.add(budget.warm_up.count());
        return timing_of(http_.add(budget.time.count()));
    }

private:
    HttpPickle http_;
};

}  // namespace

bool HttpPickle::available() { return !python().empty(); }

HttpPickle::HttpPickle()
    : server_(python(), {kScript, "server", folder_.file("")}),
      client_(python(), {kScript, "client", folder_.file("")}) {}

std::vector<double> HttpPickle::add(double seconds) {
    return numbers_in(client_.ask("add " + std::to_string(seconds)));
}

std::vector<double> HttpPickle::double_list(std::size_t count, int calls) {
    return numbers_in(client_.ask("double " + std::to_string(count) + " " + std::to_string(calls)));
}

Contestant http_pickle() {
    return {"http_pickle", "HTTP and pickle files, Python", 64,
            [] { return std::make_unique<OldWay>(); }};
}

}  // namespace bench
