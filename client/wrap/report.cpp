#include "wrap/report.hpp"

#include <cstdlib>

#include "diagnostics/log.hpp"

namespace bridge32::wrap {

void report(std::string_view text) noexcept {
    diagnostics::write_log_line(diagnostics::LogLevel::kError, text);
}

void end_program(std::string_view text) noexcept {
    report(text);
    std::abort();
}

}  // namespace bridge32::wrap
