#include "client/crash/crash_facts.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "binary/symbols.hpp"
#include "bridge32/codec.hpp"
#include "bridge32/internal/text/path_text.hpp"
#include "client/crash/crash_cause.hpp"

namespace bridge32::client {

namespace {

// A fault this close to the stack pointer is a stack overflow: a frame can be larger than a page,
// and the next pages are probed before the pointer moves.
constexpr std::uint64_t kNearStack = 1U << 20;

std::string text_of(const char* text, std::uint32_t bytes, std::size_t limit) {
    return mended({text, std::min<std::size_t>(bytes, limit)});
}

struct Module {
    std::uint64_t begin;
    std::uint64_t end;
    std::string name;
};

std::vector<Module> modules_of(const wire::CrashReport& report) {
    std::vector<Module> modules;
    const std::uint32_t count = std::min(report.module_count, wire::kCrashModules);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& module = report.modules[i];
        if (module.begin >= module.end || module.name_at >= wire::kCrashNamesBytes) continue;
        modules.push_back({module.begin, module.end,
                           text_of(report.names + module.name_at, module.name_bytes,
                                   wire::kCrashNamesBytes - module.name_at)});
    }
    return modules;
}

/// Finds the functions at addresses. Each file is read once.
class Places {
public:
    explicit Places(std::vector<Module> modules) : modules_(std::move(modules)) {}

    /// `is_return`: a return address, which may belong to the next function.
    CrashFrame place(std::uint64_t address, bool is_return) {
        CrashFrame frame;
        frame.address = address;
        const std::uint64_t looked_for = is_return && address != 0 ? address - 1 : address;
        const auto module =
            std::find_if(modules_.begin(), modules_.end(), [looked_for](const Module& candidate) {
                return looked_for >= candidate.begin && looked_for < candidate.end;
            });
        if (module == modules_.end()) return frame;
        frame.module = module->name;
        frame.offset = address - module->begin;
        const auto* const symbol = symbols(module->name).find(looked_for - module->begin);
        if (symbol != nullptr) {
            frame.symbol = text_of(symbol->name.data(), UINT32_MAX, symbol->name.size());
            frame.symbol = binary::demangled(frame.symbol);
            frame.symbol_offset = frame.offset - symbol->offset;
        }
        return frame;
    }

private:
    const binary::Symbols& symbols(const std::string& name) {
        auto found = files_.find(name);
        if (found == files_.end()) {
            found = files_.emplace(name, binary::Symbols::of(detail::path_from_utf8(name))).first;
        }
        return found->second;
    }

    std::vector<Module> modules_;
    std::map<std::string, binary::Symbols> files_;
};

CrashOwner owner_of(std::uint32_t owner) {
    switch (static_cast<wire::CrashOwner>(owner)) {
        case wire::CrashOwner::kThisClient:
            return CrashOwner::this_client;
        case wire::CrashOwner::kOtherClient:
            return CrashOwner::other_client;
        case wire::CrashOwner::kNobody:
            break;
    }
    return CrashOwner::nobody;
}

void read_places(const wire::CrashReport& report, wire::CrashStage stage, CrashFacts& facts) {
    if ((report.flags & wire::kCrashInstruction) == 0) return;
    const bool has_modules = stage >= wire::CrashStage::kModules;
    Places places(has_modules ? modules_of(report) : std::vector<Module>());
    facts.backtrace.push_back(places.place(report.instruction, false));
    if (stage >= wire::CrashStage::kBacktrace) {
        const std::uint32_t count = std::min(report.frame_count, wire::kCrashFrames);
        for (std::uint32_t i = 1; i < count; ++i)
            facts.backtrace.push_back(places.place(report.frames[i], true));
    }
    // `abort` is called deep in the C library; its caller matters.
    const auto blamed = std::find_if(
        facts.backtrace.begin(), facts.backtrace.end(),
        [](const auto& frame) { return !frame.module.empty() && !is_runtime(frame.module); });
    facts.where = facts.cause == "SIGABRT" && blamed != facts.backtrace.end()
                      ? *blamed
                      : facts.backtrace.front();
}

}  // namespace

std::string mended(std::string_view text) {
    std::string quoted;
    detail::write_mended_string(quoted, text);
    return decode<std::string>(quoted, {});
}

bool read_crash_report(const wire::CrashReport& shared, CrashFacts& facts) {
    const auto copy = std::make_unique<wire::CrashReport>();
    wire::CrashReport& report = *copy;
    const std::uint32_t raw_stage = shared.stage.load(std::memory_order_acquire);
    std::memcpy(reinterpret_cast<char*>(&report), reinterpret_cast<const char*>(&shared),
                sizeof report);
    std::atomic_signal_fence(std::memory_order_seq_cst);  // only the copy is examined
    const auto stage = static_cast<wire::CrashStage>(raw_stage);
    if (stage < wire::CrashStage::kCause || stage > wire::CrashStage::kBacktrace) return false;

    const auto cause =
        cause_of_report(static_cast<wire::CrashKind>(report.kind), report.code, report.detail);
    facts.cause = cause.name;
    facts.meaning = cause.meaning;
    facts.message = text_of(report.message, report.message_bytes, sizeof report.message);
    facts.stack_overflow = facts.cause == "EXCEPTION_STACK_OVERFLOW";
    facts.thread = report.thread;
    facts.main_thread = (report.flags & wire::kCrashMainThread) != 0;
    if ((report.flags & wire::kCrashAddress) != 0) {
        facts.address = report.address;
        facts.stack_overflow |= report.address + kNearStack > report.stack &&
                                report.address < report.stack + kNearStack;
    }
    if (stage >= wire::CrashStage::kCall) {
        facts.owner = owner_of(report.owner);
        if (facts.owner != CrashOwner::nobody) {
            facts.call_id = report.call_id;
            facts.running_plugin =
                text_of(report.plugin, report.plugin_bytes, sizeof report.plugin);
            facts.running_method =
                text_of(report.method, report.method_bytes, sizeof report.method);
        }
    }
    read_places(report, stage, facts);
    return true;
}

}  // namespace bridge32::client
