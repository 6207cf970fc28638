#include "rounds.hpp"

#include <unistd.h>

#include <cstdio>
#include <stdexcept>

namespace bench {

double Outcome::over_rounds(double Timing::*what) const {
    std::vector<double> values;
    for (const auto& round : rounds)
        values.push_back(round.*what);
    return median(std::move(values));
}

double Outcome::noise() const {
    std::vector<double> values;
    for (const auto& round : rounds)
        values.push_back(round.p50);
    return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

const Outcome& Outcomes::of(const std::string& name) const {
    for (const auto& outcome : *this) {
        if (outcome.name == name) return outcome;
    }
    throw std::out_of_range("nothing called " + name + " was measured");
}

double Outcomes::ratio(const std::string& a, const std::string& b, double Timing::*what) const {
    const auto& first = of(a).rounds;
    const auto& second = of(b).rounds;
    std::vector<double> ratios;
    for (std::size_t i = 0; i < first.size(); ++i)
        ratios.push_back(first[i].*what / (second[i].*what));
    return median(std::move(ratios));
}

Outcomes run_rounds(const Effort& effort, const std::vector<Case>& cases) {
    const bool watched = ::isatty(STDERR_FILENO) == 1;
    Outcomes outcomes;
    for (const auto& one : cases)
        outcomes.push_back({one.name, {}});
    for (int round = 0; round < effort.rounds; ++round) {
        if (watched) std::fprintf(stderr, "\r  round %d of %d ", round + 1, effort.rounds);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const std::size_t at = (i + static_cast<std::size_t>(round)) % cases.size();
            outcomes[at].rounds.push_back(cases[at].run());
        }
    }
    if (watched) std::fprintf(stderr, "\r%30s\r", "");
    return outcomes;
}

}  // namespace bench
