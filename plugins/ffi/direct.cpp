#include "direct.hpp"

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "characters.hpp"
#include "interface/direct_call.hpp"
#include "pages.hpp"

namespace bridge32::ffi {

using interfaces::DirectCall;
using interfaces::DirectResult;
using interfaces::Elsewhere;
using interfaces::Fixup;

namespace {

constexpr std::uint32_t kMostMemory = 0x7fffffff;  // sums with it fit in 32 bits

const std::byte* pointer_to(std::uint32_t at) {
    return reinterpret_cast<const std::byte*>(static_cast<std::uintptr_t>(at));
}

/// The parts of a request, from the front.
class Parts {
public:
    explicit Parts(std::span<const std::byte> data) : left_(data) {}

    template <class T>
    std::vector<T> take(std::uint32_t count) {
        if (count > left_.size() / sizeof(T)) {
            throw InvalidArgument("a direct call is shorter than it says");
        }
        std::vector<T> all(count);
        if (count != 0) {
            std::memcpy(all.data(), left_.data(), count * sizeof(T));
        }
        left_ = left_.subspan(count * sizeof(T));
        return all;
    }
    std::span<const std::byte> rest() const { return left_; }

private:
    std::span<const std::byte> left_;
};

}  // namespace

std::uint32_t Direct::address(const std::string& name) const {
    if (!library_.has(name)) {
        return 0;
    }
    return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(library_.address(name)));
}

void Direct::invoke(Invocation& invocation, std::uint32_t pops, std::int32_t& error) {
    detail::ForeignState& state = detail::current_scope().foreign();
    detail::ErrorNumbers errors = state.errors;
    errors.c = error;
    {
        const detail::LibraryCode library(state);
        detail::set_error_numbers(errors);
        bridge32_ffi_call(&invocation);
        errors = detail::error_numbers();
    }
    error = errors.c;
    if (invocation.popped != pops) {
        throw Error("the function took " + std::to_string(invocation.popped) +
                    " bytes of arguments off the stack, and its convention says " +
                    std::to_string(pops) + ": correct the interface");
    }
}

std::tuple<std::uint64_t, std::int32_t> Direct::call_small(std::uint32_t function,
                                                           std::uint32_t how, std::int32_t error,
                                                           std::uint64_t low, std::uint64_t middle,
                                                           std::uint64_t high) const {
    const std::array<std::uint64_t, 3> pairs{low, middle, high};
    std::array<std::uint32_t, kStack + 2 * pairs.size()> words{};
    std::memcpy(words.data() + kStack, pairs.data(), sizeof pairs);
    Invocation invocation{};
    invocation.function = pointer_to(function);
    invocation.words = words.data();
    invocation.stack_words = interfaces::SmallCall::stack_words(how);
    invocation.has_x87 = interfaces::SmallCall::returns_real(how) ? 1 : 0;
    if (function == 0 || invocation.stack_words > 2 * pairs.size()) {
        throw InvalidArgument("a direct call contradicts itself");
    }
    invoke(invocation, interfaces::SmallCall::pops(how), error);
    std::uint64_t result = std::uint64_t{invocation.edx} << 32 | invocation.eax;
    if (invocation.has_x87 != 0) {
        const auto real = static_cast<double>(invocation.x87.value());
        std::memcpy(&result, &real, sizeof result);
    }
    return {result, error};
}

Bytes Direct::call(std::span<const std::byte> request) const {
    Parts parts(request);
    const DirectCall head = parts.take<DirectCall>(1).front();
    auto words = parts.take<std::uint32_t>(head.words);
    const auto fixups = parts.take<Fixup>(head.fixups);
    const auto elsewhere = parts.take<Elsewhere>(head.elsewhere);
    if (head.sent != parts.rest().size() || head.sent > head.memory || head.back > head.memory ||
        head.memory > kMostMemory || head.words < kStack || head.function == 0 ||
        (head.text > 2 && head.text != 4)) {
        throw InvalidArgument("a direct call contradicts itself");
    }

    // Before the memory there is room for the reply's head, which may take the place of memory that
    // does not go back.
    constexpr std::size_t kHead = sizeof(DirectResult);
    static_assert(kHead % 16 == 0);
    const std::shared_ptr<std::uint8_t[]> memory(
        new std::uint8_t[kHead + 15 + std::size_t{head.memory}]);
    std::uint8_t* const base =
        memory.get() + kHead + (16 - reinterpret_cast<std::uintptr_t>(memory.get()) % 16) % 16;
    if (head.sent != 0) {
        std::memcpy(base, parts.rest().data(), head.sent);
    }
    std::memset(base + head.sent, interfaces::kFill, head.memory - head.sent);
    std::vector<std::shared_ptr<std::byte>> guarded;
    std::vector<std::byte*> places;
    for (const Elsewhere& part : elsewhere) {
        if (part.at > head.memory || part.size > head.memory - part.at) {
            throw InvalidArgument("a direct call has a part outside its memory");
        }
        places.push_back(const_cast<std::byte*>(pointer_to(part.address)));
        if (part.address == 0) {
            guarded.push_back(make_guarded(
                part.size,
                "the function has gone on behind a parameter of which the interface only assumes "
                "that it has " +
                    std::to_string(part.size) + " bytes: declare its length"));
            places.back() = guarded.back().get();
        }
    }
    for (const Fixup& fixup : fixups) {
        const std::uint32_t word_bytes = 4 * head.words;
        const std::uint32_t end = fixup.at < word_bytes ? word_bytes : word_bytes + head.memory;
        if (fixup.to > head.memory || fixup.at > end - 4) {
            throw InvalidArgument("a direct call points outside its memory");
        }
        auto target = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(base + fixup.to));
        for (std::size_t i = 0; i < elsewhere.size(); ++i) {
            if (fixup.to == elsewhere[i].at) {
                target = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(places[i]));
            }
        }
        std::memcpy(fixup.at < word_bytes ? reinterpret_cast<std::uint8_t*>(words.data()) + fixup.at
                                          : base + (fixup.at - word_bytes),
                    &target, sizeof target);
    }
    for (std::size_t i = 0; i < elsewhere.size(); ++i) {
        std::memcpy(places[i], base + elsewhere[i].at, elsewhere[i].size);
    }

    Invocation invocation{};
    invocation.function = pointer_to(head.function);
    invocation.words = words.data();
    invocation.stack_words = head.words - kStack;
    invocation.has_x87 = head.x87;
    std::int32_t error = head.error;
    invoke(invocation, head.pops, error);
    for (std::size_t i = 0; i < elsewhere.size(); ++i) {
        std::memcpy(base + elsewhere[i].at, places[i], elsewhere[i].size);
    }

    DirectResult result;
    result.eax = invocation.eax;
    result.edx = invocation.edx;
    result.error = error;
    result.base = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(base));
    std::memcpy(result.x87, invocation.x87.bytes, sizeof result.x87);
    const std::byte* const text = pointer_to(head.text != 0 ? result.eax : 0);
    if (text != nullptr) {
        result.text = static_cast<std::uint32_t>(
            (text_length(text, head.text, std::size_t{0x7fffffff} / head.text) + 1) * head.text);
    }
    const std::size_t back = head.memory - head.back;
    if (text == nullptr) {
        std::memcpy(base + head.back - kHead, &result, sizeof result);
        return Bytes(base + head.back - kHead, kHead + back, memory);
    }
    Bytes reply(kHead + back + result.text);
    std::memcpy(reply.data(), &result, sizeof result);
    std::memcpy(reply.data() + kHead, base + head.back, back);
    std::memcpy(reply.data() + kHead + back, text, result.text);
    return reply;
}

std::uint32_t Direct::closure(const ClientFunction& function, std::uint32_t words,
                              std::uint32_t pops, bool returns_real) {
    if (words > 1024) {
        throw InvalidArgument("a callback with more than 4096 bytes of arguments");
    }
    Plan plan;
    plan.name = "callback";
    plan.file = &shared_.context.file;
    plan.pops = pops;
    plan.returns = returns_real ? Return::x87 : Return::registers;
    plan.result.form = returns_real ? Form::f64 : Form::u64;
    plan.result.size = 8;
    plan.results = 1;
    if (words != 0) {
        ParameterPlan& stack = plan.parameters.emplace_back();
        stack.name = "words";
        stack.at = kStack;
        stack.value.form = Form::array;
        stack.value.count = words;
        stack.value.size = 4 * words;
        auto word = std::make_unique<Value>();
        word->form = Form::u32;
        stack.value.element = std::move(word);
    }
    const std::lock_guard lock(mutex_);
    plans_.push_back(std::move(plan));
    closures_.push_back(Closure::make(plans_.back(), function.function, shared_.handles));
    return static_cast<std::uint32_t>(
        reinterpret_cast<std::uintptr_t>(closures_.back()->address()));
}

Bytes Direct::read(std::uint32_t at, std::uint32_t size) const {
    return Bytes(pointer_to(at), size);
}

Bytes Direct::read_text(std::uint32_t at, std::uint32_t unit) const {
    if (unit != 1 && unit != 2 && unit != 4) {
        throw InvalidArgument("characters have 1, 2 or 4 bytes");
    }
    return Bytes(pointer_to(at),
                 (text_length(pointer_to(at), unit, std::size_t{0x7fffffff} / unit) + 1) * unit);
}

void Direct::write(std::uint32_t at, std::span<const std::byte> data) const {
    if (!data.empty()) {
        std::memcpy(const_cast<std::byte*>(pointer_to(at)), data.data(), data.size());
    }
}

}  // namespace bridge32::ffi
