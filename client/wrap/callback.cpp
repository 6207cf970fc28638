#include "wrap/callback.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "wrap/frame.hpp"
#include "wrap/remote.hpp"
#include "wrap/report.hpp"

namespace bridge32::wrap {

using interfaces::Expression;

namespace {

constexpr std::int64_t kMostElements = 0x7fffffff;

thread_local CallbackFailure* innermost = nullptr;

/// A constant or an enumerator.
std::optional<std::int64_t> constant_of(const interfaces::Interface& file,
                                        const std::string& name) {
    if (const interfaces::Constant* const constant = file.constant(name)) {
        if (const auto* const number = std::get_if<std::int64_t>(&constant->value)) return *number;
        if (const auto* const number = std::get_if<std::uint64_t>(&constant->value)) {
            return static_cast<std::int64_t>(*number);
        }
    }
    for (const interfaces::Type* const type : file.types) {
        for (const auto& enumerator : interfaces::meaning(*type).enumerators) {
            if (enumerator.name == name) return enumerator.value;
        }
    }
    return std::nullopt;
}

/// One running callback.
class Callback final : public Arguments {
public:
    Callback(Remote& remote, const Plan& plan, std::span<const std::uint32_t> words)
        : remote_(remote), plan_(plan), words_(words) {}

    Returned run(const void* function) {
        if (words_.size() + kRegisters != plan_.words) {
            throw Error("a callback got another number of words than it takes");
        }
        values_.resize(plan_.parameters.size());
        for (std::size_t i = 0; i < values_.size(); ++i) {
            try {
                convert(i);
            } catch (const Error& error) {
                throw Error("parameter `" + plan_.parameters[i].name + "` of the callback `" +
                            plan_.name + "`: " + error.what());
            }
        }
        // Lengths may stand behind what they are of.
        for (std::size_t i = 0; i < values_.size(); ++i) {
            if (plan_.parameters[i].pass == Pass::pointer) {
                fetch(i);
            }
        }
        Invocation call{};
        call.function = function;
        std::vector<std::uint64_t> stack;
        for (std::size_t i = 0; i < values_.size(); ++i) {
            put(i, call, stack);
        }
        call.stack = stack.data();
        call.stack_words = stack.size();
        bridge32wrap_invoke(&call);
        for (std::size_t i = 0; i < values_.size(); ++i) {
            if (plan_.parameters[i].out && !values_[i].elements.empty()) {
                give_back(i);
            }
        }
        return result(call);
    }

    const std::byte* argument(std::size_t i) const override {
        return values_[i].large.empty() ? values_[i].own.data() : values_[i].large.data();
    }
    const std::int64_t* result() const override { return nullptr; }

private:
    struct ValueOf {
        alignas(16) std::array<std::byte, 16> own{};
        std::vector<std::byte> large{};     // a struct
        std::vector<std::byte> elements{};  // what a pointer leads to
        std::vector<std::byte> fetched{};   // the same in the library
        std::vector<std::byte> given{};     // `elements` before the call
    };

    const std::byte* word(std::size_t i) const {
        return reinterpret_cast<const std::byte*>(words_.data()) + plan_.parameters[i].word -
               4 * kRegisters;
    }

    void convert(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        ValueOf& value = values_[i];
        if (parameter.pass == Pass::closure) {
            const void* const pointer = remote_.tokens.pointer(load<std::uint32_t>(word(i)));
            std::memcpy(value.own.data(), &pointer, sizeof pointer);
        } else if (parameter.pass == Pass::value) {
            if (parameter.shape.size64 > value.own.size()) {
                value.large.resize(parameter.shape.size64);
            }
            to_64(parameter.shape, word(i), nullptr,
                  value.large.empty() ? value.own.data() : value.large.data(), nullptr, 0, 0,
                  [&](std::uint32_t at, std::uint32_t unit) { return remote_.text(at, unit); });
            if (parameter.shape.is_integer && parameter.shape.size64 < 4) {
                // Clang's functions rely on callers that fill 32 bits.
                const std::int64_t wide = integer64(parameter.shape, value.own.data());
                std::memcpy(value.own.data(), &wide, sizeof wide);
            }
        }
    }

    void fetch(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        ValueOf& value = values_[i];
        const auto address = load<std::uint32_t>(word(i));
        if (address == 0) {
            return;
        }
        if (parameter.zero_terminated) {
            throw Error("`zero_terminated` of a callback");
        }
        const Shape& shape = parameter.shape;
        const std::size_t count = Arguments::count(plan_, parameter);
        value.elements.resize(std::max<std::size_t>(count * shape.size64, 1));
        value.fetched.resize(count * shape.size32);
        if (count != 0) {
            const Bytes read = remote_.read(address, count * shape.size32);
            std::memcpy(value.fetched.data(), read.data(), value.fetched.size());
        }
        for (std::size_t n = 0; n < count; ++n) {
            to_64(shape, value.fetched.data() + n * shape.size32, nullptr,
                  value.elements.data() + n * shape.size64, nullptr, 0, 0,
                  [&](std::uint32_t at, std::uint32_t unit) { return remote_.text(at, unit); });
        }
        if (parameter.out && !shape.is_plain()) {
            value.given = value.elements;
        }
        const std::byte* const pointer = value.elements.data();
        std::memcpy(value.own.data(), &pointer, sizeof pointer);
    }

    void put(std::size_t i, Invocation& call, std::vector<std::uint64_t>& stack) const {
        const ParameterPlan& parameter = plan_.parameters[i];
        const ValueOf& value = values_[i];
        const std::byte* const from = value.large.empty() ? value.own.data() : value.large.data();
        for (std::uint32_t part = 0; part < parameter.place.parts; ++part) {
            const std::uint32_t number = parameter.place.number[part];
            if (parameter.place.kind[part] == Place::Kind::integer) {
                std::memcpy(&call.integers[number], from + std::size_t{8} * part, 8);
            } else {
                std::memcpy(&call.vectors[number], from + std::size_t{8} * part, 8);
            }
        }
        if (parameter.place.parts == 0) {
            const std::size_t size = value.large.empty() ? parameter.size64 : value.large.size();
            const std::size_t begin = parameter.place.stack / 8;
            stack.resize(std::max(stack.size(), begin + (size + 7) / 8));
            std::memcpy(stack.data() + begin, from, size);
        }
    }

    /// What the library points to stays its own.
    static void keep_pointers(const Shape& shape, const std::byte* now, const std::byte* given,
                              const std::byte* fetched, std::byte* to) {
        if (shape.form == Form::text) {
            if (load<const void*>(now) != load<const void*>(given)) {
                throw Error("text that a callback sets is not there yet in a drop-in library");
            }
            std::memcpy(to, fetched, shape.size32);
        }
        for (std::uint32_t n = 0; shape.form == Form::array && n < shape.count; ++n) {
            const std::size_t at64 = std::size_t{n} * shape.element->size64;
            const std::size_t at32 = std::size_t{n} * shape.element->size32;
            keep_pointers(*shape.element, now + at64, given + at64, fetched + at32, to + at32);
        }
        for (const MemberShape& member : shape.members) {
            if (shape.form == Form::record &&
                (member.is_set || member.shape->form == Form::cursor)) {
                std::memcpy(to + member.at32, fetched + member.at32, member.shape->size32);
            } else if (shape.form == Form::record) {
                keep_pointers(*member.shape, now + member.at64, given + member.at64,
                              fetched + member.at32, to + member.at32);
            }
        }
    }

    void give_back(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const Shape& shape = parameter.shape;
        ValueOf& value = values_[i];
        if (value.fetched.empty()) {
            return;
        }
        const std::size_t count = value.fetched.size() / shape.size32;
        Image image(0);
        const std::uint32_t object = image.add(value.fetched.size(), Travel::both);
        for (std::size_t n = 0; n < count; ++n) {
            to_32(shape, value.elements.data() + n * shape.size64, image, object,
                  static_cast<std::uint32_t>(n * shape.size32));
            keep_pointers(shape, value.elements.data() + n * shape.size64,
                          value.given.data() + n * shape.size64,
                          value.fetched.data() + n * shape.size32,
                          image.at(object, static_cast<std::uint32_t>(n * shape.size32)));
        }
        remote_.write(load<std::uint32_t>(word(i)), {image.at(object), value.fetched.size()});
    }

    Returned result(const Invocation& call) const {
        Returned returned;
        if (plan_.returns == Return::nothing) {
            return returned;
        }
        if (plan_.result.is_real) {
            if (plan_.result.size64 == 4) {
                float single;
                std::memcpy(&single, &call.xmm0, sizeof single);
                returned.real = double{single};
            } else {
                returned.real = call.xmm0;
            }
            return returned;
        }
        Image image(2);
        try {
            to_32(plan_.result, reinterpret_cast<const std::byte*>(&call.rax), image, Image::kWords,
                  0);
        } catch (const Error& error) {
            throw Error("what the callback `" + plan_.name + "` returned: " + error.what());
        }
        std::uint64_t bits = 0;
        std::memcpy(&bits, image.at(Image::kWords), plan_.result.size32);
        if (plan_.result.is_signed && plan_.result.size32 < 4) {
            const unsigned unused = 64 - 8 * plan_.result.size32;
            bits = static_cast<std::uint32_t>(static_cast<std::int64_t>(bits << unused) >> unused);
        }
        returned.integer = bits;
        return returned;
    }

    Remote& remote_;
    const Plan& plan_;
    const std::span<const std::uint32_t> words_;
    std::vector<ValueOf> values_{};
};

}  // namespace

CallbackFailure::CallbackFailure() noexcept : outer_(innermost) { innermost = this; }
CallbackFailure::~CallbackFailure() { innermost = outer_; }

void CallbackFailure::rethrow() const {
    if (failure_ != nullptr) {
        std::rethrow_exception(failure_);
    }
}

void CallbackFailure::keep() noexcept {
    if (innermost == nullptr) {
        try {
            throw;
        } catch (const std::exception& error) {
            end_program(std::string("a callback that no call waits for failed: ") + error.what());
        } catch (...) {
            end_program("a callback that no call waits for failed");
        }
    }
    if (innermost->failure_ == nullptr) {
        innermost->failure_ = std::current_exception();
    }
}

Returned run_callback(Remote& remote, const void* function, const Plan& plan,
                      std::span<const std::uint32_t> words) noexcept {
    try {
        return Callback(remote, plan, words).run(function);
    } catch (...) {
        CallbackFailure::keep();
        return {};
    }
}

std::int64_t Arguments::evaluate(const Plan& plan, const Expression& expression) const {
    const auto parameter_of = [&](const Expression& its) {
        for (std::size_t i = 0; i < plan.parameters.size(); ++i) {
            if (its.kind == Expression::Kind::name && plan.parameters[i].name == its.text) return i;
        }
        return kNone;
    };
    const auto look_up = [&](const Expression& its) -> std::optional<std::int64_t> {
        if (its.kind == Expression::Kind::name) {
            if (its.text == "result") {
                return result() != nullptr ? std::optional(*result()) : std::nullopt;
            }
            const std::size_t i = parameter_of(its);
            if (i == kNone) {
                return constant_of(*plan.file, its.text);
            }
            const ParameterPlan& parameter = plan.parameters[i];
            if ((parameter.pass == Pass::value || parameter.pass == Pass::size) &&
                parameter.shape.is_integer) {
                return integer64(parameter.shape, argument(i));
            }
            return load<std::int64_t>(argument(i));  // compared with null
        }
        if (its.of.empty()) {
            return std::nullopt;
        }
        const std::size_t i = parameter_of(its.of.front());
        if (i == kNone || plan.parameters[i].pass == Pass::callback) {
            return std::nullopt;
        }
        const ParameterPlan& parameter = plan.parameters[i];
        const bool by_value = parameter.pass == Pass::value;
        const std::byte* const object =
            by_value ? argument(i) : load<const std::byte*>(argument(i));
        if (object == nullptr) {
            return std::nullopt;
        }
        if (its.kind == Expression::Kind::dereference && !by_value && parameter.shape.is_integer) {
            return integer64(parameter.shape, object);
        }
        if (its.kind == Expression::Kind::member) {
            for (const MemberShape& member : parameter.shape.members) {
                if (member.name == its.text && member.shape->is_integer) {
                    return integer64(*member.shape, object + member.at64);
                }
            }
        }
        return std::nullopt;
    };
    return interfaces::evaluate(expression, look_up);
}

std::size_t Arguments::count(const Plan& plan, const std::vector<const Expression*>& all,
                             bool in_bytes, const Shape& element) const {
    std::int64_t count = 1;
    for (const Expression* const expression : all) {
        const std::int64_t one = evaluate(plan, *expression);
        if (one < 0 || __builtin_mul_overflow(count, one, &count) || count > kMostElements) {
            throw Error("`" + interfaces::text_of(*expression) + "` is " + std::to_string(one) +
                        ", which is no possible length");
        }
    }
    if (!in_bytes || element.size64 == 1) {
        return static_cast<std::size_t>(count);
    }
    if (count % element.size64 != 0) {
        throw Error(std::to_string(count) + " bytes are no whole number of elements of " +
                    std::to_string(element.size64));
    }
    return static_cast<std::size_t>(count / element.size64);
}

std::size_t Arguments::count(const Plan& plan, const ParameterPlan& parameter) const {
    if (parameter.count.empty()) {
        return parameter.constant_count != 0 ? static_cast<std::size_t>(parameter.constant_count)
                                             : 1;
    }
    return count(plan, parameter.count, parameter.in_bytes, parameter.shape);
}

}  // namespace bridge32::wrap
