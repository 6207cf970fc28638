#include "scenarios.hpp"
namespace bench {
void waiting(const Effort&, Report&) {}
}  // namespace bench
