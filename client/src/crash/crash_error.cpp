#include "client/crash/crash_error.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "client/crash/crash_cause.hpp"

namespace bridge32::client {

namespace {

// The tail of what a host printed is what explains its end.
constexpr std::size_t kShownOutput = 2000;

/// The last lines, as far as they fit. What is no UTF-8 could not become JSON.
std::string last_lines(const std::string& text) {
    std::string shown = text.substr(text.size() - std::min(text.size(), kShownOutput));
    if (shown.size() < text.size()) {
        const auto line = shown.find('\n');
        if (line != std::string::npos && line + 1 < shown.size()) shown.erase(0, line + 1);
    }
    const auto json = Json(shown).dump(-1, ' ', false, Json::error_handler_t::replace);
    return Json::parse(json).get<std::string>();
}

}  // namespace

HostCrashed CrashErrors::error(const wire::CrashReport& report, const HostEnd& end,
                               const LostCall& call) {
    CrashFacts facts;
    {
        const std::lock_guard lock(mutex_);
        if (!facts_) {
            CrashFacts fresh;
            const bool reported = read_crash_report(report, fresh);
            // A host that called exit and then died of something else while it ended did that.
            const auto outside = cause_of_status(end.status);
            const bool exited = fresh.cause.starts_with("exit");
            const bool differs = exited && fresh.cause != outside.name;
            if (differs && outside.name.starts_with("exit")) {
                fresh.cause = outside.name;  // the report did not know the code
            } else if (!reported || (differs && end.status.known)) {
                fresh.cause = outside.name;
                fresh.meaning = end.terminated ? "terminated by this client" : outside.meaning;
            }
            fresh.host = end.host;
            fresh.output_known = end.printed.has_value();
            if (end.printed) {
                fresh.output = last_lines(end.printed->out) + last_lines(end.printed->err);
            }
            facts_ = std::move(fresh);
        }
        facts = *facts_;
    }
    facts.plugin = call.plugin;
    facts.method = call.method;
    const bool constructor = facts.call_id == 0 && facts.running_method == call.method;
    if (facts.owner == CrashOwner::this_client && call.sent &&
        (constructor || (facts.call_id != 0 && facts.call_id == call.call_id))) {
        facts.owner = CrashOwner::this_call;
        facts.running_method = call.method;
    }
    const std::string text = crash_text(facts, call.sent);
    return {text, std::make_shared<const CrashFacts>(std::move(facts))};
}

}  // namespace bridge32::client
