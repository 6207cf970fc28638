#include "tool/headers/verdicts.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace bridge32::tool {

using interfaces::Attributes;
using interfaces::meaning;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

void each_attributes(const interfaces::Function& function, auto use) {
    use(function.attributes);
    for (const auto& parameter : function.signature.parameters)
        use(parameter.attributes);
}

/// The name of the type that a question is about.
std::string type_asked_about(const Type& type) {
    const Type* at = &type;
    while (true) {
        if (!at->name.empty() && !at->is_built_in && at->kind != TypeKind::scalar) {
            const Type& real = meaning(*at);
            if (at->kind == TypeKind::record)
                return (at->is_union ? "union " : "struct ") + at->name;
            if (real.kind == TypeKind::pointer || real.kind == TypeKind::record ||
                real.kind == TypeKind::function)
                return at->name;
        }
        if (at->of == nullptr) return {};
        at = at->of;
    }
}

}  // namespace

Verdict verdict_on(const interfaces::Function& function) {
    Verdict verdict = Verdict::certain;
    each_attributes(function, [&](const Attributes& attributes) {
        if (attributes.has("missing")) {
            const bool never = attributes.text("missing").starts_with(kRefused);
            verdict = std::max(verdict, never ? Verdict::refused : Verdict::missing);
        } else if (attributes.has("assumed")) {
            verdict = std::max(verdict, Verdict::assumed);
        }
    });
    return verdict;
}

std::vector<std::string> questions_of(const interfaces::Function& function) {
    std::vector<std::string> questions;
    if (function.attributes.has("missing")) {
        questions.emplace_back(function.attributes.text("missing"));
    }
    for (const auto& parameter : function.signature.parameters) {
        if (!parameter.attributes.has("missing")) continue;
        questions.push_back((parameter.name.empty() ? "" : parameter.name + ": ") +
                            std::string(parameter.attributes.text("missing")));
    }
    return questions;
}

std::vector<std::pair<std::string, std::vector<std::string>>> types_to_annotate(
    const interfaces::Interface& in) {
    std::map<std::string, std::vector<std::string>> by_type;
    for (const auto& function : in.functions) {
        if (verdict_on(function) != Verdict::missing) continue;
        std::set<std::string> types;
        if (function.attributes.has("missing")) {
            types.insert(type_asked_about(*function.signature.result));
        }
        for (const auto& parameter : function.signature.parameters)
            if (parameter.attributes.has("missing"))
                types.insert(type_asked_about(*parameter.type));
        if (types.size() == 1 && !types.begin()->empty()) {
            by_type[*types.begin()].push_back(function.name);
        }
    }
    std::vector<std::pair<std::string, std::vector<std::string>>> sorted(by_type.begin(),
                                                                         by_type.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        return a.second.size() > b.second.size();
    });
    return sorted;
}

const char* text_of(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::certain:
            return "certain";
        case Verdict::assumed:
            return "assumed";
        case Verdict::missing:
            return "missing";
        case Verdict::refused:
            return "refused";
    }
    return "";
}

}  // namespace bridge32::tool
