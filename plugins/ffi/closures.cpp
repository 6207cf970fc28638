#include "closures.hpp"

#include <array>
#include <cstring>
#include <vector>

#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "lengths.hpp"
#include "numbers.hpp"
#include "pages.hpp"

namespace bridge32::ffi {

namespace {

constexpr std::size_t kThunk = 16;    // bytes of code
constexpr std::size_t kOnPage = 256;  // of these
constexpr std::size_t kMostClosures = 65536;

/// Memory of the caller's that a function returns a struct in.
struct Returned {
    Returned() = default;
    explicit Returned(const Plan& plan)
        : size(plan.returns == Return::memory ? plan.result.size : 0), at(plan.hidden) {}

    std::uint32_t size = 0;  // 0: none
    std::uint32_t at = 0;    // the word that says where
};

/// The code of all closures of this plugin: `push NUMBER; jmp bridge32_ffi_enter`, written once.
/// What a number stands for is looked up, so that code is never changed.
class ClosurePool {
public:
    struct Found {
        std::shared_ptr<Closure> closure{};  // null: it is gone
        std::uint32_t pops = 0;
        bool has_x87 = false;
        Returned returned{};
    };

    std::uint32_t add(std::shared_ptr<Closure> closure, const Plan& plan) {
        Found found{std::move(closure), plan.pops, plan.returns == Return::x87, Returned(plan)};
        const std::lock_guard lock(mutex_);
        // In turn: a library that calls one that is gone shall not find another in its place.
        for (std::size_t n = 0; n < slots_.size(); ++n) {
            next_ = next_ + 1 < slots_.size() ? next_ + 1 : 0;
            if (slots_[next_].closure == nullptr) {
                slots_[next_] = std::move(found);
                return static_cast<std::uint32_t>(next_);
            }
        }
        if (slots_.size() >= kMostClosures) {
            throw Error(std::to_string(kMostClosures) +
                        " callbacks are in use. Where scope(call) is only assumed, none is ever "
                        "freed: confirm it by deleting the mark");
        }
        add_page();
        next_ = slots_.size() - kOnPage;
        slots_[next_] = std::move(found);
        return static_cast<std::uint32_t>(next_);
    }
    void remove(std::uint32_t number) noexcept {
        std::shared_ptr<Closure> last;  // destroyed without the lock
        const std::lock_guard lock(mutex_);
        last = std::exchange(slots_[number].closure, nullptr);
    }
    Found find(std::uint32_t number) {
        const std::lock_guard lock(mutex_);
        return slots_[number];
    }
    const void* address(std::uint32_t number) {
        const std::lock_guard lock(mutex_);
        return pages_[number / kOnPage] + number % kOnPage * kThunk;
    }

private:
    void add_page() {
        const std::size_t first = slots_.size();
        pages_.push_back(make_code(kThunk * kOnPage, [&](std::byte* code) {
            for (std::size_t i = 0; i < kOnPage; ++i) {
                std::byte* const at = code + i * kThunk;
                const auto number = static_cast<std::uint32_t>(first + i);
                const std::uint32_t jump = reinterpret_cast<std::uintptr_t>(&bridge32_ffi_enter) -
                                           reinterpret_cast<std::uintptr_t>(at + 10);
                std::memset(at, 0xcc, kThunk);
                at[0] = std::byte{0x68};
                std::memcpy(at + 1, &number, 4);
                at[5] = std::byte{0xe9};
                std::memcpy(at + 6, &jump, 4);
            }
        }));
        slots_.resize(first + kOnPage);
    }

    std::mutex mutex_;
    std::vector<Found> slots_;
    std::vector<std::byte*> pages_;
    std::size_t next_ = 0;
};

ClosurePool& pool() {
    static ClosurePool all;
    return all;
}

const std::byte* word_of(const Entry& entry, std::uint32_t at) {
    return at < kStack ? reinterpret_cast<const std::byte*>(&entry.registers[at])
                       : entry.stack + 4 * (at - kStack);
}

/// Zero, whatever the function returns, to a caller that gets no result.
void return_nothing(Entry& entry, const Returned& returned) {
    entry.eax = entry.edx = 0;
    entry.x87.set(0);
    if (returned.size != 0) {
        auto* const at = load<std::byte*>(word_of(entry, returned.at));
        std::memset(at, 0, returned.size);
        std::memcpy(&entry.eax, &at, sizeof at);
    }
}

class EntryValues final : public Values {
public:
    EntryValues(const Plan& plan, const Entry& entry) : plan_(plan), entry_(entry) {}
    const std::byte* word(std::size_t i) const override {
        return word_of(entry_, plan_.parameters[i].at);
    }
    const std::int64_t* result() const override { return nullptr; }

private:
    const Plan& plan_;
    const Entry& entry_;
};

}  // namespace

std::shared_ptr<Closure> Closure::make(const Plan& plan,
                                       std::shared_ptr<const detail::RemoteFunction> function,
                                       Handles& handles) {
    auto made = std::make_shared<Closure>(plan, std::move(function), handles);
    made->number_ = pool().add(made, plan);
    return {made.get(), [](Closure* its) { pool().remove(its->number_); }};
}

const void* Closure::address() const noexcept { return pool().address(number_); }

void Closure::run(Entry& entry) noexcept {
    try {
        if (!function_->failed()) {
            call(entry);
        }
    } catch (...) {
        function_->keep_failure();
        return_nothing(entry, Returned(plan_));
    }
}

void Closure::call(Entry& entry) {
    Memory memory;
    Exchange exchange{memory, handles_, true};
    Encoder request;
    protocol::write_callback_of(request, function_->id(),
                                [&](Encoder& out) { write_arguments(out, entry, exchange); });
    function_->run(request, [&](std::string_view json, auto attachments) {
        const protocol::ReplyView reply(json, attachments);
        detail::require_callback_result(reply, json);
        Decoder in(reply.result_text(), attachments);
        try {
            take_results(in, entry);
        } catch (const CodecError& error) {
            detail::throw_bad_callback_result(error);
        }
    });
}

void Closure::write_arguments(Encoder& out, const Entry& entry, Exchange& exchange) const {
    const EntryValues values(plan_, entry);
    for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        if (i == plan_.user_data || !parameter.is_argument()) {
            continue;
        }
        const std::byte* const word = word_of(entry, parameter.at);
        out.next();
        if (parameter.value.form == Form::variant) {
            const std::byte* const in =
                parameter.pass == Pass::value ? word : load<const std::byte*>(word);
            if (in == nullptr) {
                out.value(nullptr);
            } else {
                write_variant(out, parameter.value, tag_of(values, plan_, parameter), in, exchange);
            }
            continue;
        }
        if (parameter.pass == Pass::value) {
            write_value(out, parameter.value, word, exchange);
            continue;
        }
        const auto* const at = load<const std::byte*>(word);
        if (at == nullptr) {
            out.value(nullptr);
        } else if (parameter.pass == Pass::pointer) {
            write_value(out, parameter.value, at, exchange);
        } else {
            write_elements(out, parameter.value, parameter.pass == Pass::text, at,
                           parameter.zero_terminated
                               ? count_to_zero(parameter.value, at)
                               : length_of(values, plan_, parameter.count, parameter.value.size),
                           exchange);
        }
    }
}

void Closure::take_results(Decoder& in, Entry& entry) {
    if (plan_.results == 0) {
        return;
    }
    if (plan_.results == 1) {
        return take_result(in, 0, entry);
    }
    std::size_t count = 0;
    in.reader().enter_array();
    for (; in.reader().next_element(); ++count) {
        if (count == plan_.results) {
            throw CodecError("more than " + std::to_string(plan_.results) + " results");
        }
        take_result(in, count, entry);
    }
    if (count != plan_.results) {
        throw CodecError("expected " + std::to_string(plan_.results) +
                         " results as an array, found " + std::to_string(count));
    }
}

/// The result `number`: what the function returns is the first one.
void Closure::take_result(Decoder& in, std::size_t number, Entry& entry) {
    const std::lock_guard lock(mutex_);
    if (number == 0) {
        returned_.clear();
    }
    Exchange exchange{returned_, handles_, true};
    if (plan_.returns != Return::nothing && number-- == 0) {
        if (plan_.returns == Return::memory) {
            return read_value(in, plan_.result, load<std::byte*>(word_of(entry, plan_.hidden)),
                              exchange);
        }
        alignas(8) std::array<std::byte, 16> value{};
        read_value(in, plan_.result, value.data(), exchange);
        if (plan_.returns == Return::x87) {
            return entry.x87.set(plan_.result.form == Form::f32 ? load<float>(value.data())
                                 : plan_.result.form == Form::f64
                                     ? load<double>(value.data())
                                     : load<long double>(value.data()));
        }
        widen(plan_.result, value.data());
        std::memcpy(&entry.eax, value.data(), 4);
        std::memcpy(&entry.edx, value.data() + 4, 4);
        return;
    }
    for (const ParameterPlan& parameter : plan_.parameters) {
        if (parameter.out && number-- == 0) {
            auto* const to = load<std::byte*>(word_of(entry, parameter.at));
            if (to == nullptr) {
                in.reader().skip_value();
            } else if (parameter.pass == Pass::pointer) {
                read_value(in, parameter.value, to, exchange);
            } else {
                const std::size_t count = length_of(EntryValues(plan_, entry), plan_,
                                                    parameter.count, parameter.value.size);
                const auto fill = parameter.pass == Pass::text ? fill_text : fill_elements;
                fill(in, parameter.value, count, to, exchange);
            }
            return;
        }
    }
}

Closure& Closures::keep(const Plan& plan,
                        const std::shared_ptr<const detail::RemoteFunction>& function,
                        Handles& handles, const std::string& ends, std::uint32_t object) {
    const std::lock_guard lock(mutex_);
    Kept& kept = all_[{&plan, function->id(), object}];
    if (kept.closure == nullptr) {
        kept = {Closure::make(plan, function, handles), ends, object};
    }
    return *kept.closure;
}

void Closures::end(const std::string& ends, std::uint32_t object) noexcept {
    std::vector<std::shared_ptr<Closure>> ended;  // destroyed without the lock
    const std::lock_guard lock(mutex_);
    for (auto at = all_.begin(); at != all_.end();) {
        if (at->second.ends == ends && at->second.object == object) {
            ended.push_back(std::move(at->second.closure));
            at = all_.erase(at);
        } else {
            ++at;
        }
    }
}

}  // namespace bridge32::ffi

extern "C" void bridge32_ffi_entered(bridge32::ffi::Entry* entry) noexcept {
    const bridge32::detail::OwnCode own;
    const auto found = bridge32::ffi::pool().find(entry->number);
    entry->pop = found.pops;
    entry->has_x87 = found.has_x87 ? 1 : 0;
    bridge32::ffi::return_nothing(*entry, found.returned);
    if (found.closure != nullptr) {
        found.closure->run(*entry);
    }
}
