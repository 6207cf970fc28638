// Builds the text and the attachments of one message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/dtype.hpp"
#include "bridge32/internal/codec/shape.hpp"
#include "bridge32/internal/json/nesting.hpp"
#include "bridge32/internal/json/writer.hpp"
#include "bridge32/internal/support/codec_error.hpp"
#include "bridge32/internal/support/compiler.hpp"
#include "bridge32/plugin.h"

namespace bridge32 {

/// How values of type `T` are written and read: see <bridge32/codec.hpp>.
template <class T>
struct Codec;

class Encoder;

/// A function of ours that the other side may run.
class LocalFunction {
public:
    virtual ~LocalFunction() = default;
    /// Runs it with `arguments`, the text of a JSON array, and appends the result to `out`.
    /// Throws what it throws, and CodecError when the arguments do not fit.
    virtual void run(std::string_view arguments, std::span<const bridge32_attachment> attachments,
                     Encoder& out) = 0;
};

/// Takes in the functions of a message.
class FunctionSink {
public:
    virtual ~FunctionSink() = default;
    /// The number under which the other side asks for it.
    virtual std::uint64_t add(std::shared_ptr<LocalFunction> function) = 0;
};

/// Builds one message: JSON text, and attachments that refer to the caller's memory, which
/// must stay as it is until the message has been sent. Meant to be used again and again:
/// `clear` keeps the capacity, so that encoding allocates nothing in the steady state.
///
/// After a CodecError what has been written is of no use, and `clear` begins anew. Not for
/// use by two threads at once.
class BRIDGE32_DETAIL_CODEC_API Encoder {
public:
    Encoder() = default;
    Encoder(const Encoder&) = delete;
    Encoder& operator=(const Encoder&) = delete;
    /// @{
    /// What refers to the other one's text is of no use afterwards.
    Encoder(Encoder&&) = default;
    Encoder& operator=(Encoder&&) = default;
    /// @}
    ~Encoder() = default;

    /// Appends `v`. Throws CodecError when it cannot be represented: a string that is not
    /// UTF-8, or nesting deeper than kMaxDepth.
    template <class T>
    void value(const T& v) {
        if constexpr (!std::is_array_v<T>) {
            Codec<std::remove_cv_t<T>>::encode(*this, v);
        } else if constexpr (std::is_same_v<std::remove_cv_t<std::remove_extent_t<T>>, char>) {
            const std::string_view whole(v, std::extent_v<T>);
            value(whole.substr(0, whole.find('\0')));
        } else {
            value(std::span<const std::remove_extent_t<T>>(v));
        }
    }

    /// @{
    /// An array is `begin_array`, for each element `next` and a value, `end_array`; an object
    /// is `begin_object`, for each member `key` and a value, `end_object`.
    void begin_array() { begin('['); }
    void next() { separate(); }
    void end_array() { end(']'); }
    void begin_object() { begin('{'); }
    /// @}

    /// A user's key: one that starts with `$` gets another one in front.
    void key(std::string_view name);
    /// See `begin_array`.
    void end_object() { end('}'); }

    /// A whole tagged array over `size` bytes of elements, which are not copied.
    void array(detail::Dtype dtype, std::span<const std::uint64_t> shape, const void* data,
               std::uint64_t size, Order order = Order::c);
    /// The same for structs, whose dtype is an object.
    void structs(std::string_view dtype, std::span<const std::uint64_t> shape, const void* data,
                 std::uint64_t size, Order order = Order::c);
    /// A whole tagged byte string, which is not copied.
    void bytes(const void* data, std::uint64_t size);

    /// A whole tagged function. Throws CodecError where the message can have none.
    void function(std::shared_ptr<LocalFunction> function);
    /// The same for one that is known as `id` already, until its owner lets go of it.
    void long_lived_function(std::uint64_t id);
    /// Where functions are registered; outlives the encoder's use. Null: functions are refused.
    void set_functions(FunctionSink* sink) noexcept { functions_ = sink; }

    /// Adds an attachment and returns its index; nothing is written. The data is not copied.
    std::uint32_t attach(const void* data, std::uint64_t size);

    /// Moves `object` into the encoder, where it lives until `clear`: for what attachments
    /// refer to and the caller does not own.
    template <class T>
    const T& keep(T object) {
        auto kept = std::make_shared<const T>(std::move(object));
        kept_.push_back(kept);
        return *kept;
    }

    /// Copies what the attachments from number `first` on refer to, which then may go. What is
    /// in memory that host and client share is copied too.
    void copy_attachments(std::size_t first = 0);

    /// @{
    /// The text so far. The caller may append to it, such as what goes around the values.
    std::string& text() noexcept { return text_; }
    const std::string& text() const noexcept { return text_; }
    /// @}
    /// The attachments so far.
    const std::vector<bridge32_attachment>& attachments() const noexcept { return attachments_; }

    /// Begins a new message.
    void clear() noexcept {
        text_.clear();
        attachments_.clear();
        kept_.clear();
        depth_ = 0;
    }

private:
    void begin(char open) {
        if (depth_ == kMaxDepth) {
            throw_too_deep();
        }
        ++depth_;
        text_.push_back(open);
    }
    void end(char close) {
        --depth_;
        text_.push_back(close);
    }
    [[noreturn]] static void throw_too_deep();
    void end_array(std::span<const std::uint64_t> shape, const void* data, std::uint64_t size,
                   Order order);
    void separate() {
        if (text_.back() != '[' && text_.back() != '{') {
            text_.push_back(',');
        }
    }

    std::string text_;
    std::vector<bridge32_attachment> attachments_;
    std::vector<std::shared_ptr<const void>> kept_;
    FunctionSink* functions_ = nullptr;
    int depth_ = 0;
};

}  // namespace bridge32
