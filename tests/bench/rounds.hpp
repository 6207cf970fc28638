// Several things measured side by side: all of them in each round, so that what the machine does
// meanwhile happens to all, and the median over the rounds.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "timing.hpp"

namespace bench {

/// How thorough a run is.
struct Effort {
    int rounds = 9;
    double scale = 1;  ///< of the time for each measurement
    bool quick = false;
    bool pin = false;  ///< see apart.hpp

    Budget budget(double seconds) const {
        Budget budget;
        budget.time = Seconds(seconds * scale);
        budget.warm_up = budget.time / 4;
        return budget;
    }
};

/// One of the things: `run` starts what it needs, measures, and ends it.
struct Case {
    std::string name;
    std::function<Timing()> run;
};

/// What the rounds gave.
struct Outcome {
    std::string name;
    std::vector<Timing> rounds;

    double p50() const { return over_rounds(&Timing::p50); }
    double p99() const { return over_rounds(&Timing::p99); }
    double mean() const { return over_rounds(&Timing::mean); }
    /// The middle half of the rounds' p50 lies within this part of their median.
    double noise() const;
    double over_rounds(double Timing::*what) const;
};

class Outcomes : public std::vector<Outcome> {
public:
    const Outcome& of(const std::string& name) const;
    /// The median over the rounds of `what` of `a` by that of `b` in the same round.
    double ratio(const std::string& a, const std::string& b,
                 double Timing::*what = &Timing::p50) const;
};

/// Runs each case once a round; the order turns from round to round.
Outcomes run_rounds(const Effort& effort, const std::vector<Case>& cases);

}  // namespace bench
