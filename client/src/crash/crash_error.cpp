#include "client/crash/crash_error.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <memory>
#include <utility>

#include "client/crash/crash_cause.hpp"
#include "client/crash/crash_facts.hpp"

namespace bridge32 {

namespace {

constexpr std::size_t kShownOutput = 2000;  // the end of the output explains the crash

/// The last lines that fit.
std::string last_lines(const std::string& text) {
    std::string shown = text.substr(text.size() - std::min(text.size(), kShownOutput));
    if (shown.size() < text.size()) {
        const auto line = shown.find('\n');
        if (line != std::string::npos && line + 1 < shown.size()) shown.erase(0, line + 1);
    }
    return client::mended(shown);
}

std::string hex(std::uint64_t value) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%" PRIx64, value);
    return text.data();
}

std::string file_name(const std::string& path) { return path.substr(path.find_last_of("/\\") + 1); }

// The name of a template instance can fill a page.
constexpr std::size_t kShownName = 160;

std::string short_name(const std::string& symbol) {
    return symbol.size() <= kShownName ? symbol : symbol.substr(0, kShownName) + "…";
}

/// "parse+0x12", or "" if the function is unknown.
std::string function(const CrashFrame& frame) {
    return frame.symbol.empty() ? "" : short_name(frame.symbol) + "+" + hex(frame.symbol_offset);
}

/// "/usr/lib/libold.so+0x1234 (parse+0x12)"
std::string place(const CrashFrame& frame, const std::string& module) {
    if (module.empty()) return hex(frame.address) + ", which is in no module";
    const std::string name = function(frame);
    return module + "+" + hex(frame.offset) + (name.empty() ? "" : " (" + name + ")");
}

std::string call_text(const std::string& plugin, const std::string& method) {
    return method.empty() ? "a call of " + plugin : plugin + "." + method;
}

const char* owner_name(CrashOwner owner) {
    switch (owner) {
        case CrashOwner::nobody:
            return "nobody";
        case CrashOwner::this_call:
            return "this call";
        case CrashOwner::this_client:
            return "this client";
        case CrashOwner::other_client:
            return "other client";
        case CrashOwner::unknown:
            break;
    }
    return "unknown";
}

/// " while running crashes.segv"
std::string occasion(const CrashFacts& facts, bool sent) {
    const std::string call = call_text(facts.plugin, facts.method);
    const std::string ran = call_text(facts.running_plugin, facts.running_method);
    const std::string lost = "; " + call + (sent ? " did not return" : " was not called");
    switch (facts.owner) {
        case CrashOwner::this_call:
            return " while running " + call;
        case CrashOwner::this_client:
            return " while running " + ran + lost;
        case CrashOwner::other_client:
            return " while running " + ran + " for another client" + lost;
        case CrashOwner::nobody:
            return " in a thread without a call" + lost;
        case CrashOwner::unknown:
            break;
    }
    return sent ? " during the call of " + call : " before running " + call;
}

std::string how_it_ended(const std::string& cause) {
    if (cause == "unknown") return " ended";
    return (cause.starts_with("exit") ? " ended with " : " crashed with ") + cause;
}

std::string indented(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        result += "\n    " + text.substr(at, end - at);
        at = end + 1;
    }
    return result;
}

Json to_json(const CrashFrame& frame) {
    return {{"address", hex(frame.address)},
            {"module", frame.module},
            {"offset", hex(frame.offset)},
            {"symbol", frame.symbol},
            {"symbol_offset", hex(frame.symbol_offset)}};
}

/// The text of the error.
std::string crash_text(const CrashFacts& facts, bool sent) {
    std::string text = facts.host + how_it_ended(facts.cause);
    std::string meaning = facts.meaning;
    if (facts.stack_overflow && meaning != "stack overflow")
        meaning += meaning.empty() ? "stack overflow" : ": stack overflow";
    if (!meaning.empty()) text += " (" + meaning + ")";
    if (!facts.where.module.empty()) text += " in " + file_name(facts.where.module);
    if (!facts.where.symbol.empty()) text += " (" + short_name(facts.where.symbol) + ")";
    text += occasion(facts, sent);
    if (!facts.message.empty()) text += "\n  message:       " + facts.message;
    if (facts.address) text += "\n  fault address: " + hex(*facts.address);
    if (!facts.backtrace.empty()) {
        text += "\n  where:         " + place(facts.where, facts.where.module);
    }
    if (facts.thread != 0) {
        text += "\n  thread:        " + std::to_string(facts.thread) +
                (facts.main_thread ? ", the host's main thread" : "");
    }
    if (facts.call_id != 0) text += "\n  call id:       " + std::to_string(facts.call_id);
    if (!facts.backtrace.empty()) {
        text += "\n  backtrace:";
        std::size_t number = 0;
        for (const auto& frame : facts.backtrace) {
            text += "\n    #" + std::to_string(number++) + " " + hex(frame.address) + " " +
                    place(frame, frame.module);
        }
    }
    if (facts.output_known) {
        text += facts.output.empty() ? "\n  the host printed nothing"
                                     : "\n  last output:" + indented(facts.output);
    }
    return text;
}

}  // namespace

HostCrashed client::CrashErrors::error(const wire::CrashReport& report, const HostEnd& end,
                                       const LostCall& call) {
    CrashFacts facts;
    {
        const std::lock_guard lock(mutex_);
        if (!facts_) {
            CrashFacts fresh;
            const bool reported = read_crash_report(report, fresh);
            // A host may call exit and then die of something else while it ends.
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

Json HostCrashed::report() const {
    const CrashFacts& facts = *facts_;
    Json backtrace = Json::array();
    for (const auto& frame : facts.backtrace)
        backtrace.push_back(to_json(frame));
    Json result{{"cause", facts.cause},
                {"meaning", facts.meaning},
                {"message", facts.message},
                {"host", facts.host},
                {"call", {{"plugin", facts.plugin}, {"method", facts.method}}},
                {"running",
                 {{"owner", owner_name(facts.owner)},
                  {"plugin", facts.running_plugin},
                  {"method", facts.running_method},
                  {"call_id", facts.call_id}}},
                {"address", facts.address ? Json(hex(*facts.address)) : Json()},
                {"stack_overflow", facts.stack_overflow},
                {"thread", facts.thread},
                {"main_thread", facts.main_thread},
                {"where", to_json(facts.where)},
                {"backtrace", std::move(backtrace)},
                {"output", facts.output_known ? Json(facts.output) : Json()}};
    return result;
}

}  // namespace bridge32
