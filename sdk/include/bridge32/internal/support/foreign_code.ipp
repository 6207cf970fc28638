// The functions of foreign_code.hpp. Out of line: to the compiler, a call is where numbers must be
// in memory and not in the registers that change here.
#pragma once

#include "bridge32/internal/support/foreign_code.hpp"

namespace bridge32::detail {

BRIDGE32_DETAIL_PLUGIN ForeignState& ForeignStates::look_up() {
    const std::lock_guard lock(mutex_);
    ForeignState* state = nullptr;
    for (const Entry& entry : entries_) {
        if (entry.thread == &found) {
            state = entry.state.get();
        }
    }
    if (state == nullptr) {
        state = entries_
                    .emplace_back(Entry{
                        &found, std::make_unique<ForeignState>(ForeignState{start_, start_, {}})})
                    .state.get();
    }
    found = {number_, state};
    return *state;
}

BRIDGE32_DETAIL_PLUGIN ForeignCode::ForeignCode(ForeignState& state) noexcept
    : outer_(running), state_(&state) {
    if (outer_.state != &state) {
        enter(state.fpu);
        set_error_numbers(state.errors);
    }
}

BRIDGE32_DETAIL_PLUGIN ForeignCode::ForeignCode(ForeignState* state,
                                                FpuWords ForeignState::*words) noexcept
    : outer_(running), state_(state) {
    if (state != nullptr && outer_.words != &(state->*words)) {
        enter(state->*words);
    }
}

BRIDGE32_DETAIL_PLUGIN void ForeignCode::enter(FpuWords& words) noexcept {
    entered_ = &words;
    outside_ = fpu_words();
    running = {state_, &words, outer_.state == nullptr ? outside_ : outer_.own};
    set_fpu_words(words, outside_);
}

BRIDGE32_DETAIL_PLUGIN ForeignCode::~ForeignCode() {
    if (entered_ == nullptr) {
        return;
    }
    state_->errors = error_numbers();
    *entered_ = fpu_words();
    clean_fpu();
    set_fpu_words(outside_, *entered_);
    running = outer_;
}

BRIDGE32_DETAIL_PLUGIN LibraryCode::LibraryCode() noexcept
    : ForeignCode(running.state, &ForeignState::library) {}

BRIDGE32_DETAIL_PLUGIN LibraryCode::LibraryCode(ForeignState& state) noexcept
    : ForeignCode(&state, &ForeignState::library) {}

BRIDGE32_DETAIL_PLUGIN LibraryCode::~LibraryCode() {
    ThreadScope<CallScope>::restore(call_);
    ThreadScope<HandleStore>::restore(handles_);
}

BRIDGE32_DETAIL_PLUGIN OwnCode::OwnCode() noexcept
    : outer_(ForeignCode::running),
      state_(outer_.state == nullptr ? &here_ : outer_.state),
      words_(outer_.state == nullptr ? &here_.fpu : outer_.words) {
    state_->errors = error_numbers();
    *words_ = fpu_words();
    clean_fpu();
    set_fpu_words(outer_.state == nullptr ? FpuWords() : outer_.own, *words_);
    ForeignCode::running = {nullptr, nullptr, {}};
}

BRIDGE32_DETAIL_PLUGIN OwnCode::OwnCode(FromHost) noexcept
    : outer_(ForeignCode::running), state_(&here_), words_(&here_.fpu) {
    here_.errors = error_numbers();
    here_.fpu = fpu_words();
    set_fpu_words({}, here_.fpu);
    ForeignCode::running = {nullptr, nullptr, {}};
}

BRIDGE32_DETAIL_PLUGIN OwnCode::~OwnCode() {
    set_fpu_words(*words_, fpu_words());
    set_error_numbers(state_->errors);
    ForeignCode::running = outer_;
}

}  // namespace bridge32::detail
