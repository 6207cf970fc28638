// The scenarios: each a source file in scenarios/. They measure, print and judge.
#pragma once

#include "report.hpp"
#include "rounds.hpp"

namespace bench {

void small_calls(const Effort& effort, Report& report);
void waiting(const Effort& effort, Report& report);
void large_calls(const Effort& effort, Report& report);
void throughput(const Effort& effort, Report& report);
void starting(const Effort& effort, Report& report);
void interface_files(const Effort& effort, Report& report);
void kinds(const Effort& effort, Report& report);
void scaling(const Effort& effort, Report& report);

/// The median of a typed call, for a run with other settings of the environment.
double typed_call(double seconds);

}  // namespace bench
