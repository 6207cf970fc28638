#include "function.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/elements.hpp"
#include "bridge32/internal/plugin/callback.hpp"
#include "bridge32/internal/plugin/context.hpp"
#include "bridge32/internal/support/foreign_code.hpp"
#include "characters.hpp"
#include "interface/spelling.hpp"
#include "lengths.hpp"
#include "memory.hpp"
#include "numbers.hpp"
#include "pages.hpp"
#include "system.hpp"
#include "transfer.hpp"
#include "words.hpp"

namespace bridge32::ffi {

using detail::ArgumentText;
using detail::CallFrame;

namespace {

constexpr std::byte kPattern{0xc5};           // of canaries
constexpr std::size_t kShareFrom = 32 << 10;  // bytes of a result, to be in shared memory

std::string plural(std::uint64_t n, const std::string& what) {
    return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

/// Grows a Memory's buffer while numbers are read into it.
struct Growing {
    Memory& memory;
    std::size_t size;  // of one
    std::byte* data = nullptr;
    std::size_t count = 0;
    std::size_t room = 0;

    static void* grow(void* self, std::size_t count) {
        auto& its = *static_cast<Growing*>(self);
        if (count > its.room) {
            its.room = std::max<std::size_t>(2 * its.room, 16);
            std::byte* const larger = its.memory.take(its.room * its.size + kCanary);
            if (its.count != 0) {
                std::memcpy(larger, its.data, its.count * its.size);
            }
            its.data = larger;
        }
        its.count = count;
        return its.data;
    }
};

}  // namespace

/// One running call.
class Function::Call final : public Values {
public:
    Call(const Function& function, Shared& shared)
        : plan_(function.plan_), shared_(shared), exchange_{memory_, shared.handles} {
        if (plan_.words > small_words_.size()) {
            large_words_.resize(plan_.words);
            words_ = large_words_.data();
        }
        if (plan_.parameters.size() > small_slots_.size()) {
            large_slots_.resize(plan_.parameters.size());
            slots_ = large_slots_.data();
        }
    }

    /// Anew, after arguments that could not be read in one go.
    void clear() {
        memory_.clear();
        std::fill_n(words_, plan_.words, 0u);
        std::fill_n(slots_, plan_.parameters.size(), Slot());
    }

    void decode(Decoder& in, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        std::byte* const to = word_at(i);
        if (parameter.pass == Pass::value) {
            if (parameter.value.form == Form::variant) {
                slots_[i].member = read_variant(in, parameter.value, to, exchange_);
                return;
            }
            read_value(in, parameter.value, to, exchange_);
            return widen(parameter.value, to);
        }
        if (parameter.optional && in.peek() == Kind::null) {
            in.reader().read_null();
            return set_pointer(i, nullptr);
        }
        switch (parameter.pass) {
            case Pass::pointer: {
                std::byte* const at = buffer(i, parameter.value.size);
                if (parameter.value.form == Form::variant) {
                    std::memset(at, 0, parameter.value.size);
                    slots_[i].member = read_variant(in, parameter.value, at, exchange_);
                } else {
                    read_value(in, parameter.value, at, exchange_);
                }
                return set_pointer(i, at);
            }
            case Pass::text:
                return decode_text_array(in, i);
            case Pass::array:
                return decode_array(in, i);
            case Pass::callback:
                return decode_callback(in, i);
            default:
                return;
        }
    }

    /// All arguments are there: what follows from them.
    void complete(const Function& function) {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.pass == Pass::length) {
                set_length(function, i);
            } else if (parameter.pass == Pass::size) {
                set_integer(parameter.value, parameter.constant, word_at(i));
            } else if (parameter.pass == Pass::closure) {
                set_pointer(i, slots_[parameter.of].data);
            }
        }
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& parameter = plan_.parameters[i];
            const bool is_elements = parameter.pass == Pass::array || parameter.pass == Pass::text;
            try {
                if (is_elements && parameter.in && slots_[i].data != nullptr) {
                    check_count(i);
                } else if (is_elements && !parameter.in) {
                    make_out_array(i);
                } else if (parameter.pass == Pass::lent) {
                    std::byte* const at = buffer(i, sizeof(void*));
                    std::memset(at, 0, sizeof(void*));
                    set_pointer(i, at);
                } else if (parameter.pass == Pass::pointer && !parameter.in) {
                    std::byte* const at = buffer(i, parameter.value.size);
                    std::memset(at, 0, parameter.value.size);
                    set_sizes(parameter.value, at);
                    set_pointer(i, at);
                }
            } catch (const RemoteError&) {
                throw;
            } catch (const Error& error) {
                throw InvalidArgument("parameter `" + parameter.name + "` of " + plan_.name + ": " +
                                      error.what());
            }
        }
    }

    /// Each union that was passed has the member that its parameter says.
    void require_unions() const {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.tag == kNone || !parameter.in ||
                (parameter.pass != Pass::value && slots_[i].data == nullptr)) {
                continue;
            }
            try {
                require_in_variant(parameter.value, tag_of(*this, plan_, parameter),
                                   slots_[i].member, "it", plan_.parameters[parameter.tag].name);
            } catch (const std::exception& error) {
                throw InvalidArgument("parameter `" + parameter.name + "` of " + plan_.name + ": " +
                                      error.what());
            }
        }
    }

    void invoke(CallFrame& frame, const void* address) {
        if (plan_.returns == Return::memory) {
            std::byte* const at = memory_.take(plan_.result.size);
            std::memset(at, 0, plan_.result.size);
            std::memcpy(words_ + plan_.hidden, &at, sizeof at);
            returned_ = at;
        }
        invocation_.function = address;
        invocation_.words = words_;
        invocation_.stack_words = plan_.words - kStack;
        invocation_.has_x87 = plan_.returns == Return::x87 ? 1 : 0;
        detail::ForeignState& state = frame.foreign();
        detail::set_error_numbers(state.errors);
        {
            const detail::LibraryCode library(state);
            bridge32_ffi_call(&invocation_);
        }
        if (invocation_.popped != plan_.pops) {
            frame.end_process(Error(mismatch()));
        }
    }

    /// Whether the function has kept to what it was given, and has not failed.
    void check(CallFrame& frame, const Function& function) {
        take_result();
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const std::byte* const canary = slots_[i].canary;
            if (canary != nullptr &&
                std::any_of(canary, canary + kCanary, [](std::byte b) { return b != kPattern; })) {
                throw RemoteError(
                    "BufferOverrun",
                    "`" + plan_.name + "` has written behind `" + plan_.parameters[i].name +
                        "`, which has " +
                        plural(static_cast<std::size_t>(canary - slots_[i].data), "byte") +
                        ": the interface says less than the function needs",
                    {});
            }
        }
        if (plan_.fails != nullptr && evaluate(plan_, *plan_.fails) != 0) {
            fail(frame, function);
        }
    }

    /// What this function ends has ended.
    void end_all() {
        if (plan_.ends_callbacks) {
            shared_.closures.end(plan_.name, first_handle());
        }
        end_handles();
    }

private:
    /// The object of the first handle that is passed: a device, say. 0: there is none.
    std::uint32_t first_handle() const {
        std::uint32_t object = 0;
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            if (plan_.parameters[i].pass == Pass::value &&
                plan_.parameters[i].value.form == Form::handle) {
                std::memcpy(&object, word_at(i), sizeof object);
                break;
            }
        }
        return object;
    }

    void end_handles() {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.pass == Pass::value && parameter.value.form == Form::handle &&
                parameter.value.handle.free == plan_.name) {
                std::uint32_t object = 0;
                std::memcpy(&object, word_at(i), sizeof object);
                shared_.handles.end(object, parameter.value.handle);
            }
        }
    }

public:
    void write(Encoder& out) {
        if (plan_.results == 0) {
            return out.value(nullptr);
        }
        const bool many = plan_.results > 1;
        if (many) {
            out.begin_object();
        }
        if (plan_.returns != Return::nothing) {
            if (many) {
                out.key("return");
            }
            exchange_.borrowed = plan_.result_borrowed;
            write_returned(out);
            exchange_.borrowed = false;
        }
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.out) {
                if (many) {
                    out.key(parameter.name);
                }
                write_out(out, i);
            }
        }
        if (many) {
            out.end_object();
        }
    }

    /// Gives back what the library has allocated. The results are written.
    void free_all() {
        if (plan_.returns == Return::array || plan_.returns == Return::pointee ||
            plan_.result.form == Form::text) {
            free(plan_.result_free, pointer_in(reinterpret_cast<const std::byte*>(&result_)));
        }
        for (std::size_t i = 0; plan_.has_free && i < plan_.parameters.size(); ++i) {
            free_of(i);
        }
    }

    const std::byte* word(std::size_t parameter) const override { return word_at(parameter); }
    const std::int64_t* result() const override { return has_result_ ? &result_ : nullptr; }

private:
    /// What a parameter that is a pointer points to.
    struct Slot {
        std::byte* data = nullptr;
        std::size_t count = 0;
        const std::byte* canary = nullptr;
        std::uint64_t* shape = nullptr;       // of a matrix
        const MemberValue* member = nullptr;  // of a union: that was passed
    };

    std::byte* word_at(std::size_t i) const {
        return reinterpret_cast<std::byte*>(words_ + plan_.parameters[i].at);
    }
    static const std::byte* pointer_in(const std::byte* at) {
        const std::byte* pointer = nullptr;
        std::memcpy(&pointer, at, sizeof pointer);
        return pointer;
    }
    void free(const std::string& name, const std::byte* pointer) {
        if (!name.empty() && pointer != nullptr) {
            shared_.free(name,
                         static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer)));
        }
    }
    /// What the function has stored pointers to, through one parameter.
    void free_of(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const bool is_array = parameter.pass == Pass::array;
        if (parameter.in || slots_[i].data == nullptr ||
            (parameter.pass != Pass::lent && ((parameter.pass != Pass::pointer && !is_array) ||
                                              parameter.value.form != Form::text))) {
            return;
        }
        const std::size_t count = is_array ? slots_[i].count : 1;
        for (std::size_t n = 0; n < count; ++n) {
            free(parameter.free, pointer_in(slots_[i].data + n * sizeof(void*)));
        }
    }
    void set_pointer(std::size_t i, std::byte* at) {
        if (plan_.parameters[i].pass != Pass::callback) {
            slots_[i].data = at;
        }
        std::memcpy(word_at(i), &at, sizeof at);
    }

    /// Memory for what the function may read or fill: `size` bytes, and behind them what it must
    /// not touch.
    std::byte* buffer(std::size_t i, std::size_t size) {
        const ParameterPlan& parameter = plan_.parameters[i];
        if (parameter.assumed) {
            auto guarded =
                make_guarded(size, "`" + plan_.name + "` has gone on behind `" + parameter.name +
                                       "`, of which the interface only assumes that it has " +
                                       plural(size, "byte") + ": declare its length");
            std::byte* const at = guarded.get();
            memory_.keep(std::move(guarded));
            return at;
        }
        if (parameter.is_const) {
            return memory_.take(size);
        }
        std::byte* const at = memory_.take(size + kCanary);
        set_canary(i, at + size);
        return at;
    }
    void set_canary(std::size_t i, std::byte* at) {
        std::memset(at, static_cast<int>(kPattern), kCanary);
        slots_[i].canary = at;
    }

    void decode_text_array(Decoder& in, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        std::string scratch;
        std::size_t size = 0;
        std::byte* text = encode_text(detail::read_string(in, scratch), parameter.value.unit,
                                      parameter.value.page, memory_, size);
        slots_[i].count = size;
        if (parameter.out) {
            std::byte* const at = buffer(i, (size + 1) * parameter.value.unit);
            std::memcpy(at, text, (size + 1) * parameter.value.unit);
            text = at;
        }
        set_pointer(i, text);
    }

    void decode_array(Decoder& in, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const Value& value = parameter.value;
        if (!value.is_number()) {
            return decode_values(in, i);
        }
        const detail::Dtype dtype = dtype_of(value.form);
        if (!parameter.dimensions.empty()) {
            return decode_matrix(in, i, dtype);
        }
        if (in.tag() == detail::Tag::none) {
            Growing growing{memory_, value.size};
            detail::read_numbers(in, dtype, &growing, Growing::grow);
            return set_elements(i, growing.data, growing.count, true);
        }
        const detail::ArrayView view = array_of(in, value);
        const bool aligned = reinterpret_cast<std::uintptr_t>(view.data) % value.align == 0;
        if (parameter.is_const && !parameter.assumed && view.dtype == dtype &&
            value.form != Form::boolean && aligned && !parameter.zero_terminated) {
            slots_[i].count = view.count;
            return set_pointer(i, const_cast<std::byte*>(view.data));
        }
        std::byte* const at = buffer(i, view.count * value.size);
        detail::convert_elements(view, 0, view.count, dtype, at);
        set_elements(i, at, view.count, false);
    }
    void decode_matrix(Decoder& in, std::size_t i, detail::Dtype dtype) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const auto view = detail::read_any_array(in, false);
        if (!view || view->dimension_count != parameter.dimensions.size() ||
            view->order != Order::c) {
            throw CodecError("expected an array in C order with " +
                             std::to_string(parameter.dimensions.size()) + " dimensions");
        }
        require_room(view->count, parameter.value);
        std::byte* const at = buffer(i, view->count * parameter.value.size);
        detail::convert_elements(*view, 0, view->count, dtype, at);
        slots_[i].shape = shape_of(parameter);
        std::copy(view->shape().begin(), view->shape().end(), slots_[i].shape);
        slots_[i].count = view->count;
        set_pointer(i, at);
    }
    std::uint64_t* shape_of(const ParameterPlan& parameter) {
        return reinterpret_cast<std::uint64_t*>(
            memory_.take(parameter.dimensions.size() * sizeof(std::uint64_t)));
    }
    void decode_values(Decoder& in, std::size_t i) {
        const Value& value = plan_.parameters[i].value;
        Growing growing{memory_, value.size};
        in.reader().enter_array();
        for (std::size_t n = 0; in.reader().next_element(); ++n) {
            auto* const all = static_cast<std::byte*>(Growing::grow(&growing, n + 1));
            detail::at_index(n, [&] { read_value(in, value, all + n * value.size, exchange_); });
        }
        set_elements(i, growing.data, growing.count, true);
    }
    /// `grown`: it has no canary yet, but room for one.
    void set_elements(std::size_t i, std::byte* at, std::size_t count, bool grown) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const std::size_t size = count * parameter.value.size;
        if (parameter.zero_terminated) {
            std::byte* const to = memory_.take(size + parameter.value.size);
            if (size != 0) {
                std::memcpy(to, at, size);
            }
            std::memset(to + size, 0, parameter.value.size);
            for (std::size_t n = 0; n < count; ++n) {
                if (integer_at(parameter.value, to + n * parameter.value.size) == 0) {
                    throw CodecError("element " + std::to_string(n) +
                                     " is zero, which would end the array");
                }
            }
            at = to;
        } else if (at == nullptr) {
            at = buffer(i, 0);  // an empty array is no null
        } else if (grown && (!parameter.is_const || parameter.assumed)) {
            std::byte* const to = buffer(i, size);
            std::memcpy(to, at, size);
            at = to;
        }
        slots_[i].count = count;
        set_pointer(i, at);
    }

    void decode_callback(Decoder& in, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        if (in.tag() != detail::Tag::callback) {
            throw in.expected("a function");
        }
        const auto function =
            std::make_shared<const detail::RemoteFunction>(detail::current_scope(), in.function());
        if (parameter.long_lived && !function->long_lived()) {
            throw CodecError(
                "the library calls this function after the call: pass "
                "Client::long_lived(function)");
        }
        const void* address = nullptr;
        if (parameter.long_lived || parameter.assumed) {
            Closure& closure = shared_.closures.keep(*parameter.callback, function, shared_.handles,
                                                     parameter.ends, first_handle());
            address = closure.address();
        } else {
            auto closure = Closure::make(*parameter.callback, function, shared_.handles);
            address = closure->address();
            memory_.keep(std::move(closure));
        }
        std::memcpy(word_at(i), &address, sizeof address);
        slots_[i].data =
            static_cast<std::byte*>(const_cast<void*>(address));  // user data: not null
    }

    void set_length(const Function& function, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const ParameterPlan& array = plan_.parameters[parameter.of];
        const Slot& elements = slots_[parameter.of];
        const std::uint64_t count = elements.shape != nullptr ? elements.shape[parameter.dimension]
                                    : array.count.in_bytes
                                        ? std::uint64_t{elements.count} * array.value.size
                                        : elements.count;
        std::byte* to = word_at(i);
        try {
            if (parameter.is_pointer) {
                to = buffer(i, parameter.value.size);
                set_pointer(i, to);
            }
            set_integer(parameter.value, static_cast<std::int64_t>(count), to);
        } catch (const CodecError& error) {
            throw InvalidArgument(function.argument_text(array.argument) + ": its length " +
                                  error.what());
        }
        if (!parameter.is_pointer) {
            widen(parameter.value, to);
        }
    }

    /// The length is as the interface says, where it does not follow from the array itself.
    void check_count(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        if (parameter.zero_terminated) {
            return;
        }
        if (parameter.dimensions.empty()) {
            return check_count(i, parameter.count, 0, slots_[i].count);
        }
        for (std::size_t n = 0; n < parameter.dimensions.size(); ++n) {
            check_count(i, parameter.dimensions[n], n,
                        static_cast<std::size_t>(slots_[i].shape[n]));
        }
    }
    void check_count(std::size_t i, const Length& length, std::size_t dimension,
                     std::size_t found) {
        if (length.parameter != kNone) {
            const ParameterPlan& its = plan_.parameters[length.parameter];
            if (its.of == i && its.dimension == dimension) {
                return;
            }
        }
        const std::size_t wanted = length_of(*this, plan_, length, plan_.parameters[i].value.size);
        if (wanted != found) {
            throw Error("expected " + plural(wanted, "element") + ", found " +
                        std::to_string(found));
        }
    }

    std::size_t out_count(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const std::size_t size = parameter.value.size;
        if (parameter.dimensions.empty()) {
            return length_of(*this, plan_, parameter.count, size);
        }
        slots_[i].shape = shape_of(parameter);
        std::uint64_t count = 1;
        for (std::size_t n = 0; n < parameter.dimensions.size(); ++n) {
            const std::uint64_t its = length_of(*this, plan_, parameter.dimensions[n], size);
            slots_[i].shape[n] = its;
            count *= its;
            if (count * size > 0x7fffffff) {
                throw Error("a matrix of that size is too large");
            }
        }
        return static_cast<std::size_t>(count);
    }

    void make_out_array(std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const std::size_t count = out_count(i);
        const std::size_t size = count * parameter.value.size;
        slots_[i].count = count;
        if (count == 0 && parameter.optional) {
            return set_pointer(i, nullptr);  // asks how much there is
        }
        if (size >= kShareFrom && !parameter.assumed && parameter.pass == Pass::array) {
            auto shared = std::make_shared<Bytes>(context().make_bytes(size + kCanary));
            auto* const at = reinterpret_cast<std::byte*>(shared->data());
            memory_.keep(std::move(shared));
            set_canary(i, at + size);
            return set_pointer(i, at);
        }
        std::byte* const at = buffer(i, size);
        std::memset(at, 0, size);
        set_pointer(i, at);
    }

    std::string mismatch() const {
        const std::uint32_t bytes = 4 * (plan_.words - kStack);
        const std::string says = "`, the interface says ";
        const std::string name(interfaces::name_of(plan_.convention));
        if (invocation_.popped == 0) {
            return "`" + plan_.name + "` is cdecl, the interface says " + name;
        }
        if (plan_.pops == 0 || !plan_.is_stdcall_like()) {
            return "`" + plan_.name + "` is stdcall with " + plural(invocation_.popped, "byte") +
                   " of arguments, the interface says " + name;
        }
        return "`" + plan_.name + "` is " + name + " with " + plural(invocation_.popped, "byte") +
               " of arguments, the interface says " + std::to_string(bytes);
    }

    void take_result() {
        std::memcpy(raw_.data(), &invocation_.eax, 4);
        std::memcpy(raw_.data() + 4, &invocation_.edx, 4);
        switch (plan_.returns) {
            case Return::nothing:
                return;
            case Return::memory:
                return;
            case Return::array:
            case Return::pointee:
                result_ = static_cast<std::int64_t>(invocation_.eax);
                break;
            case Return::x87:
                if (plan_.result.form == Form::f32) {
                    const auto number = static_cast<float>(invocation_.x87.value());
                    std::memcpy(raw_.data(), &number, sizeof number);
                } else if (plan_.result.form == Form::f64) {
                    const auto number = static_cast<double>(invocation_.x87.value());
                    std::memcpy(raw_.data(), &number, sizeof number);
                } else {
                    std::memcpy(raw_.data(), invocation_.x87.bytes, 12);
                }
                returned_ = raw_.data();
                return;
            case Return::registers:
                returned_ = raw_.data();
                if (plan_.result.is_integer() || plan_.result.form == Form::handle ||
                    plan_.result.form == Form::text) {
                    result_ = plan_.result_as_signed ? static_cast<std::int32_t>(invocation_.eax)
                                                     : integer_at(plan_.result, raw_.data());
                    break;
                }
                return;
        }
        has_result_ = true;
    }

    [[noreturn]] void fail(CallFrame& frame, const Function& function) {
        std::string text = function.name + " failed";
        if (has_result_) {
            text += ": it returned " + std::to_string(result_);
        }
        const detail::ErrorNumbers& numbers = frame.foreign().errors;
        if (plan_.attributes->has("errno") && numbers.c != 0) {
            text += ": " + std::generic_category().message(numbers.c);
        } else if (plan_.attributes->has("last_error")) {
            text += ": " + last_error_text(numbers);
        } else if (plan_.fails_parameter != kNone) {
            const std::string why = text_in(plan_.fails_parameter);
            text += why.empty() ? "" : ": " + why;
            free_of(plan_.fails_parameter);
        } else if (!plan_.fails_text.empty()) {
            text += ": " + shared_.message(plan_.fails_text, static_cast<std::uint32_t>(result_));
        }
        throw RemoteError("LibraryError", text, {});
    }

    /// What the function has filled a parameter with, or made it point to.
    std::string text_in(std::size_t i) const {
        const ParameterPlan& parameter = plan_.parameters[i];
        const bool is_buffer = parameter.pass == Pass::text;
        const std::byte* const text = is_buffer ? slots_[i].data : pointer_in(slots_[i].data);
        if (text == nullptr) {
            return {};
        }
        const std::size_t most = is_buffer ? slots_[i].count : 65536;
        return decode_text(text, text_length(text, parameter.value.unit, most),
                           parameter.value.unit, parameter.value.page);
    }

    void write_returned(Encoder& out) {
        if (plan_.returns != Return::array && plan_.returns != Return::pointee) {
            return write_value(out, plan_.result, returned_, exchange_);
        }
        const auto* const data = reinterpret_cast<const std::byte*>(invocation_.eax);
        if (data == nullptr) {
            return out.value(nullptr);
        }
        if (plan_.returns == Return::pointee) {
            return write_value(out, plan_.result, data, exchange_);
        }
        const std::size_t count =
            plan_.result_zero_terminated
                ? count_to_zero(plan_.result, data)
                : length_of(*this, plan_, plan_.result_count, plan_.result.size);
        write_elements(out, plan_.result, false, data, count, exchange_);
        out.copy_attachments();  // `free` may come before it is sent
    }

    void write_out(Encoder& out, std::size_t i) {
        const ParameterPlan& parameter = plan_.parameters[i];
        const Slot& slot = slots_[i];
        if (slot.data == nullptr) {
            return out.value(nullptr);
        }
        if (parameter.value.form == Form::variant) {
            return write_variant(out, parameter.value, tag_of(*this, plan_, parameter), slot.data,
                                 exchange_);
        }
        if (parameter.pass == Pass::pointer || parameter.pass == Pass::length) {
            return write_value(out, parameter.value, slot.data, exchange_);
        }
        if (parameter.pass == Pass::lent) {
            return write_lent(out, parameter, pointer_in(slot.data));
        }
        std::size_t count = slot.count;
        if (parameter.used.is_there()) {
            count = length_of(*this, plan_, parameter.used, parameter.value.size);
            if (count > slot.count) {
                throw RemoteError("LibraryError",
                                  "`" + plan_.name + "` says that " + std::to_string(count) +
                                      " elements of `" + parameter.name +
                                      "` are valid, which has " + std::to_string(slot.count),
                                  {});
            }
        }
        std::span<const std::uint64_t> shape;
        if (slot.shape != nullptr && !parameter.used.is_there()) {
            shape = {slot.shape, parameter.dimensions.size()};
        }
        write_elements(out, parameter.value, parameter.pass == Pass::text, slot.data, count,
                       exchange_, shape);
    }

    void write_lent(Encoder& out, const ParameterPlan& parameter, const std::byte* data) {
        if (data == nullptr) {
            return out.value(nullptr);
        }
        exchange_.borrowed = true;
        write_elements(out, parameter.value, false, data,
                       parameter.zero_terminated
                           ? count_to_zero(parameter.value, data)
                           : length_of(*this, plan_, parameter.count, parameter.value.size),
                       exchange_);
        exchange_.borrowed = false;
        out.copy_attachments();  // `free` may come before it is sent
    }

    const Plan& plan_;
    Shared& shared_;
    Memory memory_;
    Exchange exchange_;
    std::array<std::uint32_t, 24> small_words_{};
    std::array<Slot, 8> small_slots_{};
    std::uint32_t* words_ = small_words_.data();
    Slot* slots_ = small_slots_.data();
    std::vector<std::uint32_t> large_words_;
    std::vector<Slot> large_slots_;
    Invocation invocation_{};
    alignas(8) std::array<std::byte, 16> raw_{};
    const std::byte* returned_ = nullptr;
    std::int64_t result_ = 0;
    bool has_result_ = false;
};

Function::Function(const interfaces::Function& declared, Plan plan, const void* address,
                   Shared& shared)
    : Member(detail::MemberKind::method, std::string(declared.name),
             std::string(declared.attributes.text("doc")), result_word(plan)),
      plan_(std::move(plan)),
      address_(address),
      shared_(shared) {
    prototype = prototype_of(declared, shared.context);
    const bool named = std::all_of(plan_.arguments.begin(), plan_.arguments.end(),
                                   [&](auto i) { return !plan_.parameters[i].name.empty(); });
    for (const std::size_t i : plan_.arguments) {
        detail::Parameter parameter;
        parameter.name = named ? plan_.parameters[i].name : "";
        parameter.type = argument_word(plan_, i);
        parameter.optional = plan_.parameters[i].optional;
        parameters.push_back(std::move(parameter));
    }
}

void Function::run(CallFrame& frame) {
    try {
        serve(frame);
    } catch (const std::exception& error) {
        frame.fail(error);
    }
}

void Function::serve(CallFrame& frame) {
    if (address_ == nullptr || !plan_.missing.empty()) {
        refuse();
    }
    Call call(*this, shared_);
    const bool in_order = frame.request().read_in_order([&](Decoder& in) {
        for (const std::size_t i : plan_.arguments) {
            if (!in.reader().next_element()) {
                return false;
            }
            call.decode(in, i);
        }
        return !in.reader().next_element();
    });
    if (!in_order) {
        call.clear();
        std::vector<ArgumentText> texts(plan_.arguments.size());
        detail::bind_arguments(*this, frame.request(), texts);
        for (std::size_t n = 0; n < texts.size(); ++n) {
            try {
                Decoder in(texts[n].json, texts[n].attachments);
                call.decode(in, plan_.arguments[n]);
                in.reader().finish();
            } catch (const CodecError& error) {
                throw InvalidArgument(argument_text(n) + ": " + error.what());
            }
        }
    }
    call.complete(*this);
    if (plan_.has_unions) {
        call.require_unions();
    }
    call.invoke(frame, address_);
    frame.end_callbacks();
    call.check(frame, *this);
    call.end_all();
    frame.send(ResultWriter{&call,
                            [](void* of, Encoder& out) {
                                auto& its = *static_cast<Call*>(of);
                                try {
                                    its.write(out);
                                } catch (...) {
                                    its.free_all();
                                    throw;
                                }
                                its.free_all();
                            }},
               name);
}

void Function::refuse() const {
    if (plan_.missing.empty()) {
        shared_.throw_missing(name);
    }
    throw Error("`" + name + "` cannot be called: " + plan_.missing);
}

}  // namespace bridge32::ffi
