#include "wrap/plans/plan.hpp"

#include <algorithm>
#include <utility>

#include "interface/direct_call.hpp"
#include "interface/layout.hpp"

namespace bridge32::wrap {

using interfaces::Attributes;
using interfaces::Convention;
using interfaces::Expression;
using interfaces::Scalar;
using interfaces::Signature;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

constexpr std::uint32_t kRegisters32 = 3;  // words before the stack's

std::string word(const Expression* expression) {
    return expression != nullptr && expression->kind == Expression::Kind::name ? expression->text
                                                                               : std::string();
}

// -- where x86-64 puts values --

/// The classes of the eight bytes that a value has: by what lies in them.
struct Classes {
    bool in_memory = false;
    bool is_integer[2]{};
    bool is_used[2]{};
};

void classify(const Type& type, std::uint64_t offset, Classes& classes) {
    const Type& its = interfaces::meaning(type);
    const auto extent = interfaces::extent_of(its, kTarget64);
    if (its.kind == TypeKind::array) {
        for (std::uint64_t i = 0; i < its.length; ++i) {
            classify(*its.of, offset + i * interfaces::extent_of(*its.of, kTarget64).size, classes);
        }
        return;
    }
    if (its.kind == TypeKind::record) {
        const auto layout = interfaces::layout_of(its, kTarget64);
        for (std::size_t i = 0; i < its.members.size(); ++i) {
            const auto& member = its.members[i];
            if (!member.bits) {
                classify(*member.type, offset + layout.places[i].offset, classes);
                continue;
            }
            for (std::uint64_t byte = 0; byte < layout.places[i].unit; ++byte) {
                const std::uint64_t part = (offset + layout.places[i].offset + byte) / 8;
                if (part < 2) {
                    classes.is_used[part] = classes.is_integer[part] = true;
                }
            }
        }
        return;
    }
    if (offset % extent.align != 0 || extent.size > 8 || offset >= 16) {
        classes.in_memory = true;  // a packed struct, or a long double
        return;
    }
    const bool is_real = its.kind == TypeKind::scalar &&
                         (its.scalar == Scalar::float_ || its.scalar == Scalar::double_);
    classes.is_used[offset / 8] = true;
    classes.is_integer[offset / 8] = classes.is_integer[offset / 8] || !is_real;
}

/// In registers, if enough are left, else on the stack.
class Places {
public:
    void take_hidden() { ++integers_; }

    Place next(const Type& type) {
        const auto extent = interfaces::extent_of(type, kTarget64);
        const auto size = static_cast<std::uint32_t>(extent.size);
        Place place = in_registers(type);
        std::uint32_t integers = 0;
        std::uint32_t vectors = 0;
        for (std::uint32_t i = 0; i < place.parts; ++i) {
            (place.kind[i] == Place::Kind::integer ? integers : vectors) += 1;
        }
        if (place.parts != 0 && integers_ + integers <= 6 && vectors_ + vectors <= 8) {
            for (std::uint32_t i = 0; i < place.parts; ++i) {
                place.number[i] = place.kind[i] == Place::Kind::integer ? integers_++ : vectors_++;
            }
            return place;
        }
        place.parts = 0;
        if (extent.align > 8) {
            stack_ = (stack_ + 15) & ~15u;
        }
        place.stack = stack_;
        stack_ += (size + 7) / 8 * 8;
        return place;
    }

    /// No parts: it is passed in memory.
    static Place in_registers(const Type& type) {
        Place place;
        const auto extent = interfaces::extent_of(type, kTarget64);
        Classes classes;
        if (extent.size <= 16 && extent.size != 0) {
            classify(type, 0, classes);
        }
        if (extent.size > 16 || extent.size == 0 || classes.in_memory) {
            return place;
        }
        place.parts = extent.size > 8 ? 2 : 1;
        for (std::uint32_t i = 0; i < place.parts; ++i) {
            place.kind[i] = classes.is_integer[i] || !classes.is_used[i] ? Place::Kind::integer
                                                                         : Place::Kind::vector;
        }
        return place;
    }

private:
    std::uint32_t integers_ = 0;
    std::uint32_t vectors_ = 0;
    std::uint32_t stack_ = 0;
};

// -- what each parameter is --

class Planner {
public:
    Planner(Plan& plan, const Signature& signature, Convention convention, bool is_callback)
        : plan_(plan), signature_(signature), convention_(convention), is_callback_(is_callback) {}

    void make(const Attributes& own) {
        if (signature_.variadic) {
            throw Refusal("it is variadic, which is not there yet in a drop-in library");
        }
        if (convention_ != Convention::cdecl_ && convention_ != Convention::stdcall) {
            throw Refusal("its calling convention is not there yet in a drop-in library");
        }
        const Attributes& attributes =
            plan_.merged.emplace_back(with_alias(*signature_.result, own));
        require_known(attributes);
        plan_.parameters.resize(signature_.parameters.size());
        make_result(attributes);
        for (std::size_t i = 0; i < signature_.parameters.size(); ++i) {
            plan_.parameters[i].name = signature_.parameters[i].name.empty()
                                           ? std::to_string(i + 1)
                                           : signature_.parameters[i].name;
        }
        for (std::size_t i = 0; i < signature_.parameters.size(); ++i) {
            try {
                make_parameter(i);
            } catch (const Refusal& refusal) {
                throw Refusal("parameter `" + plan_.parameters[i].name + "`: " + refusal.what());
            }
        }
        find_byte_counts();
        place();
        plan_.fails = attributes.expression("fails");
        if (!word(attributes.expression("within")).empty()) {
            plan_.within = named(word(attributes.expression("within")));
            if (plan_.within == kNone || plan_.parameters[plan_.within].pass == Pass::callback) {
                throw Refusal("`within` names no pointer");
            }
            plan_.returns = Return::within;
        }
    }

    bool has_user_data = false;  ///< of a callback: the library is given some for it
    bool frees = false;          ///< it takes back what others return
    std::string own_name{};      ///< its name; empty: a callback

private:
    static void require_known(const Attributes& attributes) {
        if (attributes.has("missing")) {
            throw Refusal(std::string(attributes.text("missing")));
        }
    }
    std::size_t named(const std::string& name) const {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            if (plan_.parameters[i].name == name) return i;
        }
        return kNone;
    }
    static std::vector<const Expression*> counts(const Attributes& attributes) {
        std::vector<const Expression*> all;
        for (const char* const word : {"count", "bytes"}) {
            if (const auto* const found = attributes.find(word)) {
                for (const auto& argument : found->arguments) {
                    all.push_back(&argument.expression.value());
                }
                return all;
            }
        }
        return all;
    }
    static Shape element_shape(const Type& type) {
        if (is_void(type)) {
            Shape byte;
            byte.size32 = byte.size64 = 1;
            byte.is_integer = true;
            return byte;
        }
        return shape_of(type, {});
    }

    void make_result(const Attributes& attributes) {
        const Type& type = *signature_.result;
        if (is_void(type)) {
            return;
        }
        const Type& its = interfaces::meaning(type);
        try {
            plan_.returns = Return::value;
            if (attributes.has("within")) {
                plan_.result.size32 = 4;
                plan_.result.size64 = 8;
                return;
            }
            plan_.result_count = counts(attributes);
            if (its.kind == TypeKind::pointer && !plan_.result_count.empty() &&
                !is_handle(type, attributes)) {
                if (is_callback_) throw Refusal("an array that a callback returns");
                if (attributes.text("transfer") == "full") {
                    throw Refusal("an array whose memory is given to the caller");
                }
                plan_.result_in_bytes = attributes.has("bytes");
                plan_.result = element_shape(*its.of);
                plan_.returns = Return::array;
                return;
            }
            if (its.kind == TypeKind::pointer && character_size(*its.of) != 0 &&
                attributes.text("transfer") == "full") {
                plan_.result = text_shape(character_size(*its.of));
                plan_.result_free = attributes.text("free");
                if (plan_.result_free.empty()) throw Refusal("`transfer(full)` without `free`");
                plan_.returns = Return::given;
                return;
            }
            plan_.result = shape_of(type, attributes);
        } catch (const Refusal& refusal) {
            throw Refusal("its result: " + std::string(refusal.what()));
        }
        if (its.kind == TypeKind::record) {
            if (is_callback_) throw Refusal("a callback that returns a struct is not there yet");
            plan_.result_hidden32 = true;
            plan_.result_place = Places::in_registers(type);
            const auto extent = interfaces::extent_of(type, kTarget64);
            if (plan_.result_place.parts == 0 && extent.size <= 16) {
                throw Refusal("its result: a packed struct, or one with a long double");
            }
            plan_.result_in_memory = plan_.result_place.parts == 0;
        }
        if (is_callback_ && (plan_.result.form == Form::text || plan_.result.form == Form::real)) {
            throw Refusal("what the callback returns is not there yet in a drop-in library");
        }
    }

    void make_parameter(std::size_t i) {
        const interfaces::Parameter& declared = signature_.parameters[i];
        const Attributes& attributes =
            plan_.merged.emplace_back(with_alias(*declared.type, declared.attributes));
        ParameterPlan& parameter = plan_.parameters[i];
        parameter.size64 = static_cast<std::uint32_t>(size_of(*declared.type, kTarget64));
        parameter.assumed = attributes.has("assumed");
        const Type& its = interfaces::meaning(*declared.type);
        if (frees && its.kind == TypeKind::pointer &&
            (is_void(*its.of) || character_size(*its.of) != 0)) {
            parameter.pass = Pass::given_up;
            return;
        }
        require_known(attributes);
        if (const Type* const function = function_type(*declared.type)) {
            return make_callback(parameter, function->signature);
        }
        if (attributes.has("closure")) {
            if (its.kind != TypeKind::pointer) throw Refusal("user data that is no pointer");
            parameter.pass = Pass::closure;
            return;
        }
        if (is_callback_ && has_user_data && attributes.all.empty() &&
            its.kind == TypeKind::pointer && is_void(*its.of) && !is_const(*its.of)) {
            parameter.pass = Pass::closure;
            return;
        }
        if (attributes.has("sizeof") && !is_callback_) {
            parameter.pass = Pass::size;
            parameter.shape = shape_of(*declared.type, attributes);
            find_struct(parameter);
            return;
        }
        const bool is_array = its.kind == TypeKind::array;
        if ((its.kind != TypeKind::pointer && !is_array) ||
            (!is_array && counts(attributes).empty() && is_handle(*declared.type, attributes))) {
            parameter.shape = shape_of(*declared.type, attributes);
            if (attributes.has("out") || attributes.has("inout")) {
                throw Refusal("it is no pointer, so nothing can come out of it");
            }
            return;
        }
        make_pointer(parameter, *its.of, is_array ? its.length : 0, attributes);
    }

    static std::uint64_t size_of(const Type& type, interfaces::Target target) {
        const Type& its = interfaces::meaning(type);
        const bool is_pointer = its.kind == TypeKind::array || its.kind == TypeKind::function;
        return is_pointer ? static_cast<std::uint64_t>(target.bits / 8)
                          : interfaces::extent_of(its, target).size;
    }

    void find_struct(ParameterPlan& parameter) const {
        const Type* found = nullptr;
        for (const interfaces::Parameter& its : signature_.parameters) {
            const Type& type = interfaces::meaning(*its.type);
            if (type.kind != TypeKind::pointer) continue;
            const Type& pointee = interfaces::meaning(*type.of);
            if (pointee.kind == TypeKind::record && pointee.is_complete) {
                if (found != nullptr && found != &pointee) found = nullptr;
                found = &pointee;
            }
        }
        if (found == nullptr) throw Refusal("`sizeof` of which struct?");
        parameter.size32_of_struct = static_cast<std::uint32_t>(size_of(*found, kTarget32));
        parameter.size64_of_struct = static_cast<std::uint32_t>(size_of(*found, kTarget64));
    }

    void make_pointer(ParameterPlan& parameter, const Type& pointee, std::uint64_t length,
                      const Attributes& attributes) {
        const bool out = attributes.has("out");
        const bool inout = attributes.has("inout") || (attributes.has("in") && out);
        const bool stated = out || inout || attributes.has("in");
        parameter.is_const = is_const(pointee);
        parameter.in = inout || !out;
        parameter.out = out || inout;
        parameter.count = counts(attributes);
        parameter.in_bytes = attributes.has("bytes");
        parameter.constant_count = length;
        parameter.used = attributes.expression("used");
        parameter.zero_terminated = attributes.has("zero_terminated");
        const bool counted = !parameter.count.empty() || length != 0;
        const std::uint32_t unit = character_size(pointee);
        if (unit != 0 && !counted) {
            if (parameter.out) {
                throw Refusal("how large is the buffer for the text? Write count(…)");
            }
            if (!parameter.is_const && !stated && !attributes.has("string")) {
                throw Refusal(
                    "`char *` may be text or a buffer: write [[string]], or [[out, string, "
                    "count(…)]]");
            }
            parameter.shape = text_shape(unit);
            return;
        }
        parameter.pass = Pass::pointer;
        if (is_void(pointee) && !counted) {
            throw Refusal("a `void *` of which nothing says what it leads to");
        }
        parameter.shape = is_void(pointee) ? element_shape(pointee)
                          : counted        ? shape_of(pointee, {})
                                    : shape_of(pointee, with_alias(pointee, inner(attributes)));
        make_kept(parameter, pointee, attributes, counted);
        if (parameter.zero_terminated) {
            if (parameter.out || !parameter.shape.is_integer || !parameter.shape.is_plain()) {
                throw Refusal("`zero_terminated` is there for integers that are only passed");
            }
            return;
        }
        if (!counted && !stated && !(parameter.is_const && !parameter.shape.members.empty())) {
            throw Refusal(
                "does it point to one value or to many? Write in, out, inout or count(…)");
        }
        if (!stated && !parameter.is_const && !is_callback_) {
            throw Refusal("does the function read or fill it? Write in, out or inout");
        }
        if (parameter.out && parameter.is_const) {
            throw Refusal("it points to something const, so nothing can come out of it");
        }
    }

    /// Of a struct that some function keeps.
    void make_kept(ParameterPlan& parameter, const Type& pointee, const Attributes& attributes,
                   bool counted) {
        const Type& record = interfaces::meaning(pointee);
        parameter.begins = attributes.has("retain");
        if (parameter.begins && (record.kind != TypeKind::record || counted || is_callback_)) {
            throw Refusal("`retain` of a buffer is not there yet in a drop-in library");
        }
        if (record.kind != TypeKind::record || counted || is_callback_) {
            return;
        }
        for (const auto& other : plan_.file->functions) {
            for (const auto& its : other.signature.parameters) {
                const Type& type = interfaces::meaning(*its.type);
                const auto* const retain = its.attributes.find("retain");
                if (retain != nullptr && type.kind == TypeKind::pointer &&
                    &interfaces::meaning(*type.of) == &record) {
                    parameter.is_kept = true;
                    parameter.ends =
                        parameter.ends || (!own_name.empty() &&
                                           word(its.attributes.expression("retain")) == own_name);
                }
            }
        }
        if (parameter.is_kept && !parameter.out) {
            throw Refusal("the library keeps the struct: write `inout`");
        }
        if (parameter.is_kept && parameter.shape.is_plain()) {
            throw Refusal("`retain` of a struct that is the same in 64 bits is not there yet");
        }
    }

    /// What is said about the value that a pointer leads to: all but about the pointer itself.
    static Attributes inner(const Attributes& attributes) {
        Attributes all;
        for (const auto& attribute : attributes.all) {
            if (attribute.name == "string" || attribute.name == "handle" ||
                attribute.name == "transfer" || attribute.name == "free") {
                all.all.push_back(attribute);
            }
        }
        return all;
    }

    void make_callback(ParameterPlan& parameter, const Signature& signature) {
        if (is_callback_) throw Refusal("a callback that gets a function is not there yet");
        parameter.pass = Pass::callback;
        auto made = std::make_shared<Plan>();
        made->name = parameter.name;
        made->file = plan_.file;
        Planner planner(*made, signature,
                        signature.convention == Convention::unstated
                            ? plan_.file->library.convention
                            : signature.convention,
                        true);
        planner.has_user_data =
            std::any_of(signature_.parameters.begin(), signature_.parameters.end(),
                        [](const auto& its) { return its.attributes.has("closure"); });
        try {
            planner.make({});
        } catch (const Refusal& refusal) {
            throw Refusal(std::string("the callback: ") + refusal.what());
        }
        parameter.callback = std::move(made);
    }

    /// A count in bytes of elements that differ is another number in the library.
    void find_byte_counts() {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            ParameterPlan& array = plan_.parameters[i];
            if (array.pass != Pass::pointer || !array.in_bytes ||
                array.shape.size32 == array.shape.size64) {
                continue;
            }
            const std::size_t size =
                array.count.size() == 1 ? named(word(array.count.front())) : kNone;
            if (size == kNone || plan_.parameters[size].pass != Pass::value ||
                !plan_.parameters[size].shape.is_integer || array.used != nullptr) {
                throw Refusal("parameter `" + array.name +
                              "`: the size in bytes of what differs between 32 and 64 bit must be "
                              "a parameter: declare it, or write count(…)");
            }
            plan_.parameters[size].bytes_of = i;
        }
    }

    void place() {
        Places places;
        std::uint32_t bytes = 4 * kRegisters32;
        if (plan_.result_in_memory) {
            places.take_hidden();
        }
        if (plan_.result_hidden32) {
            plan_.hidden_word = bytes;
            bytes += 4;
        }
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            ParameterPlan& parameter = plan_.parameters[i];
            const Type& type = interfaces::meaning(*signature_.parameters[i].type);
            const bool by_value = parameter.pass == Pass::value || parameter.pass == Pass::size;
            parameter.place =
                type.kind == TypeKind::array ? places.next(pointer_type()) : places.next(type);
            parameter.word = bytes;
            const std::uint32_t size = by_value ? parameter.shape.size32 : 4;
            bytes += (size + 3) / 4 * 4;
        }
        plan_.words = bytes / 4;
        if (plan_.words > 4096) {
            throw Refusal("its arguments take more than 16 KiB");
        }
        plan_.pops = convention_ == Convention::stdcall ? bytes - 4 * kRegisters32
                     : plan_.result_hidden32            ? 4
                                                        : 0;
    }

    /// What an array as a parameter is.
    static const Type& pointer_type() {
        static const Type pointer = [] {
            Type type;
            type.kind = TypeKind::scalar;
            type.scalar = Scalar::unsigned_size;
            return type;
        }();
        return pointer;
    }

    Plan& plan_;
    const Signature& signature_;
    const Convention convention_;
    const bool is_callback_;
};

bool is_small(const Plan& plan) {
    const auto is_word = [](const Shape& shape) {
        return shape.form == Form::plain || shape.form == Form::integer ||
               shape.form == Form::handle || shape.form == Form::size;
    };
    return plan.words - kRegisters32 <= interfaces::SmallCall::kMostWords &&
           (plan.returns == Return::nothing ||
            (plan.returns == Return::value && is_word(plan.result) && !plan.result_hidden32)) &&
           std::all_of(
               plan.parameters.begin(), plan.parameters.end(), [&](const ParameterPlan& its) {
                   return its.pass == Pass::closure || its.pass == Pass::size ||
                          (its.pass == Pass::value && its.bytes_of == kNone && is_word(its.shape));
               });
}

}  // namespace

bool frees_results(const interfaces::Interface& file, const std::string& name) {
    return std::any_of(file.functions.begin(), file.functions.end(), [&](const auto& function) {
        return function.attributes.text("free") == name &&
               function.attributes.text("transfer") == "full";
    });
}

Plan plan_of(const interfaces::Function& function, const interfaces::Interface& file) {
    Plan plan;
    plan.name = function.name;
    plan.file = &file;
    const Type& result = interfaces::meaning(*function.signature.result);
    plan.returns_word =
        result.kind == TypeKind::pointer || result.kind == TypeKind::enumeration ||
        (result.kind == TypeKind::scalar && !is_void(result) &&
         (result.scalar < Scalar::float_ || result.scalar > Scalar::double_complex));
    try {
        if (file.library.threads != interfaces::Threads::main) {
            throw Refusal("only `threads main` is there yet in a drop-in library");
        }
        Planner planner(plan, function.signature, function.signature.convention, false);
        planner.frees = frees_results(file, function.name);
        planner.own_name = function.name;
        planner.make(function.attributes);
        plan.is_small = is_small(plan);
    } catch (const Error& refusal) {
        plan.refusal = refusal.what();
        plan.fails = function.attributes.expression("fails");
    }
    return plan;
}

}  // namespace bridge32::wrap
