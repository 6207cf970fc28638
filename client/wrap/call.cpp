#include "wrap/call.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "interface/direct_call.hpp"
#include "wrap/callback.hpp"
#include "wrap/plans/image.hpp"

namespace bridge32::wrap {

namespace {

/// For the expression of `fails`: nothing but the result.
class OnlyResult final : public Arguments {
public:
    explicit OnlyResult(std::int64_t result) : result_(result) {}
    const std::byte* argument(std::size_t) const override { throw Error("a parameter"); }
    const std::int64_t* result() const override { return &result_; }

private:
    const std::int64_t result_;
};

bool fails_with(const Plan& plan, std::int64_t result) {
    try {
        return plan.fails != nullptr && OnlyResult(result).evaluate(plan, *plan.fails) != 0;
    } catch (const Error&) {
        return false;  // it depends on more than the result
    }
}

class Call final : public Arguments {
public:
    Call(Remote& remote, const Plan& plan, Frame& frame)
        : remote_(remote), plan_(plan), frame_(frame), image_(plan.words) {
        slots_.resize(plan.parameters.size());
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            gather(i);
        }
    }

    void run(std::uint32_t address) {
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            try {
                pass(i);
            } catch (const Error& error) {
                throw Error("`" + plan_.parameters[i].name + "`: " + error.what());
            }
        }
        if (plan_.result_hidden32) {
            hidden_ = image_.add(plan_.result.size32, Travel::out);
            image_.point(Image::kWords, plan_.hidden_word, hidden_);
        }
        if (plan_.is_small) {
            image_.set_result(remote_.call_small(
                address,
                interfaces::SmallCall::how(plan_.words - kRegisters, plan_.pops,
                                           plan_.returns == Return::value && plan_.result.is_real),
                errno, image_.at(Image::kWords, 4 * kRegisters)));
            take_result();
            give_result();
            errno = image_.result().error;
            return;
        }
        interfaces::DirectCall head;
        head.function = address;
        head.pops = plan_.pops;
        head.x87 = plan_.returns == Return::value && plan_.result.is_real ? 1 : 0;
        head.text = is_text() ? plan_.result.unit : 0;
        head.error = errno;
        const CallbackFailure failure;
        reply_ = remote_.call(image_.request(head));
        image_.take_reply(reply_.span());
        failure.rethrow();
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (slots_[i].object != 0 && image_.overrun(slots_[i].object)) {
                throw Error("the function has written behind `" + plan_.parameters[i].name +
                            "`, which has " + std::to_string(image_.size(slots_[i].object)) +
                            " bytes: the interface says less than the function needs");
            }
        }
        take_result();
        for (const bool with_used : {false, true}) {  // which needs the others
            for (std::size_t i = 0; i < slots_.size(); ++i) {
                const ParameterPlan& parameter = plan_.parameters[i];
                if (slots_[i].object != 0 && (parameter.used != nullptr) == with_used) {
                    take_back(i);
                }
            }
        }
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (slots_[i].object != 0 && plan_.parameters[i].is_kept) {
                take_back_kept(i);
            }
        }
        give_result();
        errno = image_.result().error;
    }

    const std::byte* argument(std::size_t i) const override { return slots_[i].argument; }
    const std::int64_t* result() const override { return has_result_ ? &result_ : nullptr; }

private:
    struct Slot {
        const std::byte* argument = nullptr;  // as the program passed it
        alignas(8) std::array<std::byte, 16> registers{};
        std::uint32_t object = 0;  // what it leads to; 0: nothing
        std::size_t count = 0;
    };

    bool is_text() const noexcept {
        return (plan_.returns == Return::value || plan_.returns == Return::given) &&
               plan_.result.form == Form::text;
    }

    void gather(std::size_t i) {
        const Place& place = plan_.parameters[i].place;
        Slot& slot = slots_[i];
        if (place.parts == 0) {
            slot.argument = frame_.stack + place.stack;
            return;
        }
        for (std::uint32_t part = 0; part < place.parts; ++part) {
            const void* const from =
                place.kind[part] == Place::Kind::integer
                    ? static_cast<const void*>(&frame_.integers[place.number[part]])
                    : &frame_.vectors[place.number[part]];
            std::memcpy(slot.registers.data() + std::size_t{8} * part, from, 8);
        }
        slot.argument = slot.registers.data();
    }

    void set_word(std::size_t i, std::uint32_t value) {
        std::memcpy(image_.at(Image::kWords, plan_.parameters[i].word), &value, sizeof value);
    }

    void pass(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const std::byte* const from = slots_[i].argument;
        switch (parameter.pass) {
            case Pass::value:
                return pass_value(i);
            case Pass::size: {
                const std::int64_t size = integer64(parameter.shape, from);
                if (size != parameter.size64_of_struct) {
                    throw Error("the struct has " + std::to_string(parameter.size64_of_struct) +
                                " bytes, and " + std::to_string(size) + " were passed");
                }
                return set_word(i, parameter.size32_of_struct);
            }
            case Pass::closure:
                return set_word(i, remote_.tokens.token(load<const void*>(from)));
            case Pass::given_up: {
                const auto* const given = load<const void*>(from);
                return set_word(i, given == nullptr ? 0 : remote_.copies.take_back(given));
            }
            case Pass::callback: {
                // Not functions but constants: SIG_IGN, SQLITE_TRANSIENT.
                const auto bits = load<std::uint64_t>(from);
                if (bits < 4096 || bits > ~std::uint64_t{4096}) {
                    return set_word(i, static_cast<std::uint32_t>(bits));
                }
                return set_word(i,
                                remote_.closure_of(load<const void*>(from), *parameter.callback));
            }
            case Pass::pointer:
                return pass_pointer(i);
        }
    }

    void pass_value(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const std::byte* const from = slots_[i].argument;
        if (parameter.bytes_of != kNone) {
            const ParameterPlan& array = plan_.parameters[parameter.bytes_of];
            const std::size_t count = Arguments::count(plan_, array);
            return set_word(i, static_cast<std::uint32_t>(count * array.shape.size32));
        }
        if (parameter.shape.form == Form::text && !parameter.is_const) {
            return pass_changeable_text(i);
        }
        to_32(parameter.shape, from, image_, Image::kWords, parameter.word);
        if (parameter.shape.is_integer && parameter.shape.size32 < 4) {
            // A whole word, as i386's compilers expect it.
            const std::int64_t value = integer64(parameter.shape, from);
            set_word(i, static_cast<std::uint32_t>(value));
        }
    }

    /// `char *` that the function may write to, up to its zero.
    void pass_changeable_text(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const auto* const text = load<const std::byte*>(slots_[i].argument);
        if (text == nullptr) {
            return set_word(i, 0);
        }
        std::size_t size = 0;
        std::uint32_t character = 0;
        do {
            character = 0;
            std::memcpy(&character, text + size, parameter.shape.unit);
            size += parameter.shape.unit;
        } while (character != 0);
        slots_[i].object = image_.add(text, size, Travel::both);
        image_.point(Image::kWords, parameter.word, slots_[i].object);
    }

    void pass_pointer(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        Slot& slot = slots_[i];
        const Shape& shape = parameter.shape;
        const auto* const from = load<const std::byte*>(slot.argument);
        if (from == nullptr) {
            return set_word(i, 0);
        }
        slot.count = parameter.zero_terminated ? up_to_zero(shape, from)
                                               : Arguments::count(plan_, parameter);
        const std::size_t size = slot.count * shape.size32;
        const bool kept = parameter.out && !parameter.in && parameter.used != nullptr;
        if (shape.is_plain()) {
            slot.object = image_.add(from, size,
                                     kept            ? Travel::out
                                     : parameter.out ? Travel::both
                                                     : Travel::in);
        } else if (parameter.is_kept) {
            return pass_kept(i, from);
        } else {
            slot.object = image_.add(size, parameter.out ? Travel::both : Travel::in);
            for (std::size_t n = 0; n < slot.count; ++n) {
                const std::byte* const one = from + n * shape.size64;
                const auto at = static_cast<std::uint32_t>(n * shape.size32);
                if (parameter.in) {
                    to_32(shape, one, image_, slot.object, at);
                } else {
                    prepare_32(shape, one, image_, slot.object, at);
                }
            }
        }
        if (parameter.assumed) {
            image_.guard(slot.object);
        }
        image_.point(Image::kWords, parameter.word, slot.object);
    }

    /// A struct that the library keeps lies at the same place in each call.
    void pass_kept(std::size_t i, const std::byte* from) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const Shape& shape = parameter.shape;
        slots_[i].object = image_.add(shape.size32, Travel::both);
        const std::uint32_t object = slots_[i].object;
        image_.point(Image::kWords, parameter.word, object);
        Remote::Shadow* const shadow =
            parameter.begins ? &remote_.make_shadow(from, shape.size32) : remote_.shadow_of(from);
        if (shadow != nullptr) {
            image_.put_at(object, shadow->address);
        }
        if (parameter.in) {
            to_32(shape, from, image_, object, 0,
                  shadow != nullptr ? shadow->last.data() : nullptr);
        } else if (shadow != nullptr && !parameter.begins) {
            to_32_without_buffers(shape, from, image_, object, shadow->last.data());
        } else {
            prepare_32(shape, from, image_, object, 0);
        }
    }

    /// The library has it as it is now, until the next call.
    void take_back_kept(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const auto* const own = load<const void*>(slots_[i].argument);
        if (parameter.ends) {
            return remote_.end_shadow(own);
        }
        if (Remote::Shadow* const shadow = remote_.shadow_of(own); shadow != nullptr) {
            const std::byte* const now = image_.returned(slots_[i].object);
            shadow->last.assign(now, now + parameter.shape.size32);
        }
    }

    static std::size_t up_to_zero(const Shape& shape, const std::byte* from) {
        std::size_t count = 0;
        while (integer64(shape, from + count * shape.size64) != 0) {
            ++count;
        }
        return count + 1;
    }

    // -- results --

    TextCopies copies() {
        return [this](std::uint32_t at, std::uint32_t unit) { return remote_.text(at, unit); };
    }

    void take_result() {
        const interfaces::DirectResult& result = image_.result();
        std::array<std::uint32_t, 2> words{result.eax, result.edx};
        std::memcpy(native_.data(), words.data(), sizeof words);
        if (plan_.returns == Return::nothing || plan_.result_hidden32) {
            return;
        }
        has_result_ = true;
        if (plan_.returns != Return::value || !plan_.result.is_integer) {
            result_ = result.eax == 0xffffffffu && plan_.result.form == Form::handle
                          ? -1
                          : static_cast<std::int64_t>(result.eax);
            return;
        }
        std::array<std::byte, 8> wide{};
        to_64(plan_.result, native_.data(), nullptr, wide.data(), nullptr, 0, 0, {});
        result_ = integer64(plan_.result, wide.data());
        // `(size_t)-1`, which a program compares with its own.
        if (result_ == 0xffffffff && plan_.result.size64 == 8 && fails_with(plan_, -1) &&
            !fails_with(plan_, result_)) {
            result_ = -1;
        }
    }

    void take_back(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        Slot& slot = slots_[i];
        const Shape& shape = parameter.shape;
        auto* const to = load<std::byte*>(slot.argument);
        if (parameter.pass == Pass::value) {  // text: it may lie where nothing can be written
            const std::size_t size = image_.size(slot.object);
            if (std::memcmp(to, image_.returned(slot.object), size) != 0) {
                std::memcpy(to, image_.returned(slot.object), size);
            }
            return;
        }
        if (!parameter.out) {
            return;
        }
        std::size_t count = slot.count;
        if (parameter.used != nullptr) {
            std::int64_t used = evaluate(plan_, *parameter.used);
            if (parameter.in_bytes) {
                used /= shape.size64;
            }
            count = used < 0 ? 0 : std::min(count, static_cast<std::size_t>(used));
        }
        const std::byte* const from = image_.returned(slot.object);
        if (shape.is_plain()) {
            // What was not changed may lie where nothing can be written, or be another result.
            const std::size_t size = count * shape.size32;
            const std::byte* const sent = image_.sent(slot.object);
            if (size != 0 && (sent == nullptr || std::memcmp(sent, from, size) != 0)) {
                std::memcpy(to, from, size);
            }
            return;
        }
        const std::byte* const sent = image_.at(slot.object);
        const TextCopies texts = copies();
        for (std::size_t n = 0; n < count; ++n) {
            const std::size_t at = n * shape.size32;
            to_64(shape, from + at, sent + at, to + n * shape.size64, &image_, slot.object,
                  static_cast<std::uint32_t>(at), texts);
        }
    }

    void set_pointer(const void* pointer) {
        frame_.rax = reinterpret_cast<std::uintptr_t>(pointer);
    }

    void give_result() {
        const interfaces::DirectResult& result = image_.result();
        switch (plan_.returns) {
            case Return::nothing:
                return;
            case Return::value:
                return give_value();
            case Return::given: {
                if (result.eax == 0) return set_pointer(nullptr);
                if (plan_.result_free != "free") {
                    return set_pointer(remote_.copies.give(result.eax, image_.text()));
                }
                // The program frees what its own `malloc` gave.
                const auto& text = image_.text();
                auto* const own = static_cast<std::byte*>(std::malloc(text.size()));
                if (own == nullptr) throw std::bad_alloc();
                std::memcpy(own, text.data(), text.size());
                remote_.free(result.eax);
                return set_pointer(own);
            }
            case Return::within:
                return give_within();
            case Return::array: {
                if (result.eax == 0) return set_pointer(nullptr);
                const std::size_t count = Arguments::count(plan_, plan_.result_count,
                                                           plan_.result_in_bytes, plan_.result);
                const Shape& shape = plan_.result;
                const Bytes read =
                    count == 0 ? Bytes() : remote_.read(result.eax, count * shape.size32);
                std::vector<std::byte> wide(count * shape.size64);
                for (std::size_t n = 0; n < count; ++n) {
                    to_64(shape, read.span().data() + n * shape.size32, nullptr,
                          wide.data() + n * shape.size64, nullptr, 0, 0, copies());
                }
                return set_pointer(remote_.copies.keep(result.eax, wide));
            }
        }
    }

    void give_value() {
        const interfaces::DirectResult& result = image_.result();
        const Shape& shape = plan_.result;
        if (shape.is_real) {
            if (shape.size64 == 16) {
                std::memcpy(frame_.x87, result.x87, 10);
                frame_.has_x87 = 1;
                return;
            }
            long double real = 0;
            std::memcpy(&real, result.x87, 10);
            const auto single = static_cast<float>(real);
            const auto number = static_cast<double>(real);
            if (shape.size64 == 4) {
                std::memcpy(frame_.xmm0, &single, sizeof single);
            } else {
                std::memcpy(frame_.xmm0, &number, sizeof number);
            }
            return;
        }
        if (shape.form == Form::text) {
            if (const std::byte* const own = image_.program_pointer(result.eax)) {
                return set_pointer(own);  // it has returned an argument
            }
            return set_pointer(result.eax == 0 ? nullptr
                                               : remote_.copies.keep(result.eax, image_.text()));
        }
        if (!plan_.result_hidden32) {
            frame_.rax = static_cast<std::uint64_t>(result_);
            return;
        }
        std::array<std::byte, 16> small{};
        std::byte* const to =
            plan_.result_in_memory
                ? load<std::byte*>(reinterpret_cast<const std::byte*>(&frame_.integers[0]))
                : small.data();
        to_64(shape, image_.returned(hidden_), nullptr, to, nullptr, 0, 0, copies());
        if (plan_.result_in_memory) {
            return set_pointer(to);
        }
        std::uint64_t* const integers[]{&frame_.rax, &frame_.rdx};
        std::uint8_t* const vectors[]{frame_.xmm0, frame_.xmm1};
        std::uint32_t integer = 0;
        std::uint32_t vector = 0;
        for (std::uint32_t part = 0; part < plan_.result_place.parts; ++part) {
            void* const into = plan_.result_place.kind[part] == Place::Kind::integer
                                   ? static_cast<void*>(integers[integer++])
                                   : vectors[vector++];
            std::memcpy(into, small.data() + std::size_t{8} * part, 8);
        }
    }

    void give_within() {
        const std::uint32_t at = image_.result().eax;
        const ParameterPlan& parameter = plan_.parameters[plan_.within];
        const auto* const begin = load<const std::byte*>(slots_[plan_.within].argument);
        if (at == 0 || begin == nullptr) {
            return set_pointer(nullptr);
        }
        const bool is_text = parameter.pass == Pass::value;
        const std::uint32_t size32 = is_text ? parameter.shape.unit : parameter.shape.size32;
        const std::uint32_t size64 = is_text ? parameter.shape.unit : parameter.shape.size64;
        std::uint32_t base = 0;
        std::size_t size = 0;
        if (slots_[plan_.within].object != 0) {
            base = image_.address(slots_[plan_.within].object);
            size = image_.size(slots_[plan_.within].object);
        } else if (const auto text = image_.target(Image::kWords, parameter.word)) {
            base = image_.address(*text);
            size = image_.size(*text);
        }
        const std::uint32_t offset = at - base;
        if (base == 0 || offset > size || offset % size32 != 0) {
            throw Error("the function returned a pointer that does not lie in `" + parameter.name +
                        "`, as the interface says");
        }
        set_pointer(begin + std::size_t{offset} / size32 * size64);
    }

    Remote& remote_;
    const Plan& plan_;
    Frame& frame_;
    Image image_;
    std::vector<Slot> slots_{};
    std::uint32_t hidden_ = 0;
    Bytes reply_{};
    std::array<std::byte, 8> native_{};
    std::int64_t result_ = 0;
    bool has_result_ = false;
};

}  // namespace

void run_call(Remote& remote, const Plan& plan, std::uint32_t address, Frame& frame) {
    Call(remote, plan, frame).run(address);
}

std::optional<std::int64_t> error_value(const Plan& plan) {
    if (plan.fails == nullptr || !plan.returns_word) {
        return std::nullopt;
    }
    for (const std::int64_t candidate : {-1, 0, 1}) {
        if (fails_with(plan, candidate)) {
            return candidate;
        }
    }
    return std::nullopt;
}

}  // namespace bridge32::wrap
