#include "plan.hpp"

#include <algorithm>
#include <utility>

#include "interface/layout.hpp"
#include "lengths.hpp"

namespace bridge32::ffi {

using interfaces::Attributes;
using interfaces::Convention;
using interfaces::Expression;
using interfaces::Scalar;
using interfaces::Signature;
using interfaces::Type;
using interfaces::TypeKind;

namespace {

constexpr std::uint32_t kMostWords = 4096;  // 16 KiB of arguments

std::string word(const Expression* expression) {
    return expression != nullptr && expression->kind == Expression::Kind::name ? expression->text
                                                                               : std::string();
}

/// Makes one plan: of a function, or of a callback, whose parameters go the other way.
class Planner {
public:
    Planner(Plan& plan, const Context& context, bool is_callback)
        : plan_(plan), context_(context), is_callback_(is_callback) {}

    void make() {
        const Signature& signature = *plan_.signature;
        plan_.attributes =
            &plan_.merged.emplace_back(with_alias(*signature.result, *plan_.attributes));
        if (plan_.attributes->has("missing")) {
            throw Refusal(std::string(plan_.attributes->text("missing")));
        }
        require_supported(*plan_.attributes);
        make_result(*signature.result);
        if (signature.variadic && is_callback_) {
            throw Refusal("it is variadic");
        }
        plan_.parameters.resize(signature.parameters.size());
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            plan_.parameters[i].name = signature.parameters[i].name;
        }
        for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
            try {
                make_parameter(i);
            } catch (const Refusal& refusal) {
                throw Refusal("parameter " + name_of(i) + ": " + refusal.what());
            }
        }
        find_lengths();
        find_user_data();
        find_fails();
        find_tags();
        place();
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.is_argument()) {
                parameter.argument = plan_.arguments.size();
                plan_.arguments.push_back(i);
            }
            plan_.results += parameter.out ? 1 : 0;
            plan_.has_unions = plan_.has_unions || parameter.tag != kNone;
            plan_.has_free = plan_.has_free || !parameter.free.empty();
        }
        plan_.results += plan_.returns != Return::nothing ? 1 : 0;
    }

private:
    std::string name_of(std::size_t i) const {
        const std::string& name = plan_.parameters[i].name;
        return name.empty() ? std::to_string(i + 1) : "`" + name + "`";
    }

    void make_result(const Type& type) {
        if (is_void(type)) {
            return;
        }
        const Attributes& attributes = *plan_.attributes;
        plan_.result_free = attributes.text("free");
        plan_.result_borrowed = attributes.text("transfer") == "none";
        const Type& its = interfaces::meaning(type);
        try {
            const Expression* const count = count_of(attributes);
            const bool to_zero = count == nullptr && attributes.has("zero_terminated") &&
                                 its.kind == TypeKind::pointer &&
                                 character_size(*its.of, context_) == 0;
            if (to_zero) {
                require_zero_ends(make_array_result(*its.of, attributes));
                plan_.result_zero_terminated = true;
                return;
            }
            if (its.kind == TypeKind::pointer && count != nullptr) {
                if (attributes.find(attributes.has("count") ? "count" : "bytes")->arguments.size() >
                    1) {
                    throw Refusal("a matrix");
                }
                make_array_result(*its.of, attributes);
                plan_.result_count = {.expression = count, .in_bytes = attributes.has("bytes")};
                return;
            }
            HandleKind kind;
            if (its.kind == TypeKind::pointer && !is_callback_ &&
                interfaces::meaning(*its.of).kind == TypeKind::record &&
                !is_handle(type, attributes, kind)) {
                plan_.returns = Return::pointee;
                plan_.result = value_of(*its.of, attributes, context_);
                return;
            }
            plan_.result = value_of(type, attributes, context_);
        } catch (const Refusal& refusal) {
            throw Refusal(std::string("its result: ") + refusal.what());
        }
        plan_.result.nullable = true;
        const bool is_windows = context_.target.platform == interfaces::Platform::windows_;
        const std::uint32_t size = plan_.result.size;
        if (plan_.result.is_float()) {
            plan_.returns = Return::x87;
        } else if (plan_.result.form == Form::c128) {
            plan_.returns = Return::memory;
        } else if (plan_.result.form != Form::record) {
            plan_.returns = Return::registers;
        } else if (is_windows && (size == 1 || size == 2 || size == 4 || size == 8)) {
            if (plan_.result.members.size() == 1 &&
                plan_.result.members.front().value->is_float()) {
                throw Refusal("compilers differ in how they return a struct of one float");
            }
            plan_.returns = Return::registers;
        } else {
            plan_.returns = Return::memory;
        }
    }

    const Value& make_array_result(const Type& element, const Attributes& attributes) {
        if (is_callback_) {
            throw Refusal("a callback that returns an array is not supported");
        }
        plan_.returns = Return::array;
        plan_.result = element_of(element, attributes);
        return plan_.result;
    }

    static void require_zero_ends(const Value& element) {
        if (!element.is_integer() && element.form != Form::text && element.form != Form::handle) {
            throw Refusal("`zero_terminated` is supported for integers, texts and handles");
        }
    }

    static const Expression* count_of(const Attributes& attributes) {
        const Expression* const count = attributes.expression("count");
        return count != nullptr ? count : attributes.expression("bytes");
    }

    /// An element of an array: of void* and the like a byte.
    Value element_of(const Type& type, const Attributes& attributes) const {
        if (is_void(type)) {
            Value byte;
            byte.form = Form::u8;
            byte.size = byte.align = 1;
            return byte;
        }
        return value_of(type, attributes, context_);
    }

    /// Of memory that library and caller share beyond the call.
    static void require_supported(const Attributes& attributes) {
        for (const char* const unsupported : {"retain", "writable", "owned_by_caller", "allocator",
                                              "tree", "within", "cursor", "peek"}) {
            if (attributes.has(unsupported)) {
                throw Refusal("`" + std::string(unsupported) + "` is not supported here yet");
            }
        }
    }

    void make_parameter(std::size_t i) {
        const interfaces::Parameter& declared = plan_.signature->parameters[i];
        const Attributes& attributes =
            plan_.merged.emplace_back(with_alias(*declared.type, declared.attributes));
        ParameterPlan& parameter = plan_.parameters[i];
        if (attributes.has("missing")) {
            throw Refusal(std::string(attributes.text("missing")));
        }
        require_supported(attributes);
        parameter.optional = attributes.has("optional");
        parameter.assumed = attributes.has("assumed");
        parameter.free = attributes.text("free");
        const Type& its = interfaces::meaning(*declared.type);
        if (const Type* const function = function_type(*declared.type)) {
            return make_callback(parameter, function->signature, attributes);
        }
        if (attributes.has("closure")) {
            if (!is_callback_ && its.kind != TypeKind::pointer &&
                interfaces::extent_of(its, context_.target).size != 4) {
                throw Refusal("user data is as large as a pointer");
            }
            parameter.pass = Pass::closure;
            return;
        }
        if (attributes.has("sizeof") && !is_callback_) {
            parameter.pass = Pass::size;
            parameter.value = value_of(*declared.type, attributes, context_);
            parameter.constant = size_of_struct();
            return;
        }
        if (is_callback_ && has_user_data_ && attributes.all.empty() &&
            its.kind == TypeKind::pointer && is_void(*its.of) && !is_const(*its.of)) {
            if (plan_.user_data != kNone) {
                throw Refusal("which `void *` is the user data? Mark it with [[closure]]");
            }
            plan_.user_data = i;
            parameter.pass = Pass::closure;
            return;
        }
        HandleKind kind;
        const bool is_array = its.kind == TypeKind::array;
        if ((its.kind != TypeKind::pointer && !is_array) ||
            (!is_array && !attributes.has("count") && !attributes.has("bytes") &&
             is_handle(*declared.type, attributes, kind))) {
            parameter.value = attributes.has("switch")
                                  ? union_of(parameter, *declared.type, attributes)
                                  : value_of(*declared.type, attributes, context_);
            require_no_direction(attributes);
            if (parameter.value.form == Form::array) {
                throw Refusal("an array by value");
            }
            return;
        }
        make_pointer(parameter, *its.of, is_array ? its.length : 0, attributes);
    }

    /// A union of which another parameter says what is in it.
    Value union_of(ParameterPlan& parameter, const Type& type, const Attributes& attributes) const {
        parameter.tag = parameter_named(std::string(attributes.text("switch")));
        if (parameter.tag == kNone) {
            throw Refusal("`switch` must name another parameter");
        }
        return variant_of(type, context_);
    }

    /// Of the only struct that a parameter points to.
    std::uint32_t size_of_struct() const {
        const Type* found = nullptr;
        for (const interfaces::Parameter& its : plan_.signature->parameters) {
            const Type& type = interfaces::meaning(*its.type);
            if (type.kind != TypeKind::pointer) {
                continue;
            }
            const Type& pointee = interfaces::meaning(*type.of);
            if (pointee.kind == TypeKind::record && pointee.is_complete) {
                if (found != nullptr && found != &pointee) {
                    throw Refusal("`sizeof` of which struct? There are several");
                }
                found = &pointee;
            }
        }
        if (found == nullptr) {
            throw Refusal("`sizeof` of which struct? No parameter points to one");
        }
        return static_cast<std::uint32_t>(interfaces::extent_of(*found, context_.target).size);
    }

    static void require_no_direction(const Attributes& attributes) {
        if (attributes.has("out") || attributes.has("inout")) {
            throw Refusal("it is no pointer, so nothing can come out of it");
        }
    }

    void make_pointer(ParameterPlan& parameter, const Type& pointee, std::uint64_t length,
                      const Attributes& attributes) {
        parameter.is_const = is_const(pointee);
        const bool out = attributes.has("out");
        const bool inout = attributes.has("inout") || (attributes.has("in") && out);
        const bool stated = out || inout || attributes.has("in");
        parameter.in = inout || !out;
        parameter.out = out || inout;
        if (parameter.out && parameter.is_const) {
            throw Refusal("it points to something const, so nothing can come out of it");
        }
        if (const Expression* const count = count_of(attributes)) {
            parameter.count = length_of(*count);
            parameter.count.in_bytes = attributes.has("bytes");
            if (const auto* const all = attributes.find("count");
                all != nullptr && all->arguments.size() > 1) {
                for (const auto& dimension : all->arguments) {
                    parameter.dimensions.push_back(length_of(dimension.expression.value()));
                }
            }
        } else if (length != 0) {
            parameter.count.constant = length;
        }
        if (const Expression* const used = attributes.expression("used")) {
            parameter.used = length_of(*used);
            parameter.used.in_bytes = attributes.has("bytes");
        }
        if (out && !inout && is_lent(pointee, attributes)) {
            return make_lent(parameter, *interfaces::meaning(pointee).of, attributes);
        }
        const std::uint32_t unit = character_size(pointee, context_);
        if (attributes.has("zero_terminated") && unit == 0) {
            parameter.zero_terminated = true;
            if (parameter.out || parameter.count.is_there()) {
                throw Refusal(
                    "`zero_terminated` is supported for arrays that are only passed, "
                    "without a count");
            }
            parameter.pass = Pass::array;
            parameter.value = element_of(pointee, attributes);
            require_zero_ends(parameter.value);
            return;
        }
        if (!parameter.count.is_there()) {
            if (unit != 0) {
                if (parameter.out) {
                    throw Refusal("how large is the buffer for the text? Write count(…)");
                }
                if (!parameter.is_const && !stated && !attributes.has("string")) {
                    throw Refusal(
                        "`char *` may be text or a buffer: write [[string]], or [[out, string, "
                        "count(…)]]");
                }
                parameter.pass = Pass::value;
                parameter.value = text_of(unit, attributes, context_);
                return;
            }
            parameter.pass = Pass::pointer;
            parameter.value = attributes.has("switch") ? union_of(parameter, pointee, attributes)
                                                       : value_of(pointee, attributes, context_);
            if (is_callback_ && parameter.out && parameter.value.form == Form::variant) {
                throw Refusal("a callback that fills a union is not supported");
            }
            if (!stated && !(parameter.is_const && parameter.value.form == Form::record)) {
                throw Refusal(
                    "does it point to one value or to many? Write in, out, inout or "
                    "count(…)");
            }
            if (parameter.value.form == Form::text) {
                parameter.value.nullable = true;
                require_owner(parameter);
            }
            return;
        }
        if (!stated && !parameter.is_const && !is_callback_) {
            throw Refusal("does the function read or fill it? Write in, out or inout");
        }
        if (unit != 0 && attributes.has("string")) {
            parameter.pass = Pass::text;
            parameter.value = text_of(unit, attributes, context_);
            parameter.value.size = unit;
            return;
        }
        parameter.pass = Pass::array;
        parameter.value = element_of(pointee, attributes);
        const bool is_number = parameter.value.is_number();
        if (is_number) {
            static_cast<void>(dtype_of(parameter.value.form));
        }
        if (!parameter.dimensions.empty() && (!is_number || is_callback_)) {
            throw Refusal("only numbers of a call are supported as a matrix");
        }
        require_owner(parameter);
    }

    /// Texts that were passed are not freed by the library's function.
    static void require_owner(const ParameterPlan& parameter) {
        if (parameter.in && parameter.out && !parameter.free.empty()) {
            throw Refusal("`inout` and `free`: is it still the text that was passed? Write out");
        }
    }

    /// A `T **` that is filled, of whose `T *` alone nothing could be known: of `int **` or
    /// `char ***`. A `char **` holds texts, unless it is counted in bytes.
    bool is_lent(const Type& pointee, const Attributes& attributes) const {
        const Type& its = interfaces::meaning(pointee);
        HandleKind kind;
        return its.kind == TypeKind::pointer &&
               (count_of(attributes) != nullptr || attributes.has("zero_terminated")) &&
               interfaces::meaning(*its.of).kind != TypeKind::function &&
               (character_size(*its.of, context_) == 0 || attributes.has("bytes")) &&
               !is_handle(pointee, {}, kind);
    }

    void make_lent(ParameterPlan& parameter, const Type& element, const Attributes& attributes) {
        if (is_callback_) {
            throw Refusal("a callback that gives the library an array is not supported");
        }
        if (parameter.free.empty() && attributes.text("transfer") != "none") {
            throw Refusal(
                "whose is the memory that the function stores a pointer to? Write free(…) or "
                "transfer(none)");
        }
        if (!parameter.dimensions.empty()) {
            throw Refusal("a matrix of the library's is not supported");
        }
        parameter.pass = Pass::lent;
        parameter.value = element_of(element, attributes);
        if (parameter.value.is_number()) {
            static_cast<void>(dtype_of(parameter.value.form));
        }
        if (!parameter.count.is_there()) {
            require_zero_ends(parameter.value);
            parameter.zero_terminated = true;
        }
    }

    void find_tags() const {
        for (const ParameterPlan& its : plan_.parameters) {
            if (its.tag == kNone) {
                continue;
            }
            const ParameterPlan& tag = plan_.parameters[its.tag];
            if ((tag.pass != Pass::value && tag.pass != Pass::pointer) || !tag.value.is_integer() ||
                (its.in && !tag.in)) {
                throw Refusal("`" + its.name + "` is a union of which `" + tag.name +
                              "` says what is in it, which must be an integer that is known then");
            }
        }
    }

    bool has_negative(const Expression& expression) const {
        if (expression.kind == Expression::Kind::number) return expression.number < 0;
        if (expression.kind == Expression::Kind::name) {
            return constant_of(context_.file, expression.text).value_or(0) < 0;
        }
        return (expression.kind == Expression::Kind::unary && expression.text == "-") ||
               std::any_of(expression.of.begin(), expression.of.end(),
                           [&](const Expression& one) { return has_negative(one); });
    }

    /// The text of an error that the function itself fills is no result.
    void find_fails() {
        const auto* const fails = plan_.attributes->find("fails");
        if (fails == nullptr || is_callback_) {
            return;
        }
        plan_.fails = plan_.attributes->expression("fails");
        plan_.result_as_signed = plan_.returns == Return::registers &&
                                 plan_.result.form == Form::u32 && has_negative(*plan_.fails);
        if (fails->arguments.size() < 2 || !fails->arguments[1].expression) {
            return;
        }
        plan_.fails_text = word(&*fails->arguments[1].expression);
        plan_.fails_parameter = parameter_named(plan_.fails_text);
        if (plan_.fails_parameter == kNone) {
            return;
        }
        ParameterPlan& text = plan_.parameters[plan_.fails_parameter];
        if (text.in || (text.pass != Pass::text &&
                        (text.pass != Pass::pointer || text.value.form != Form::text))) {
            throw Refusal("`fails(…, " + plan_.fails_text + ")`: that is no text that is filled");
        }
        text.out = false;
    }

    void make_callback(ParameterPlan& parameter, const Signature& signature,
                       const Attributes& attributes) {
        if (is_callback_) {
            throw Refusal("a callback that gets a function is not supported");
        }
        parameter.pass = Pass::callback;
        const std::string_view scope = attributes.text("scope");
        parameter.long_lived = !scope.empty() && scope != "call";
        parameter.ends = word(attributes.expression("ends"));
        auto made = std::make_shared<Plan>();
        made->name = parameter.name.empty() ? plan_.name : parameter.name;
        made->file = plan_.file;
        made->signature = &signature;
        static const Attributes kNone;
        made->attributes = &kNone;
        made->convention = signature.convention == Convention::unstated
                               ? context_.file.library.convention
                               : signature.convention;
        try {
            Planner planner(*made, context_, true);
            planner.has_user_data_ =
                std::any_of(plan_.signature->parameters.begin(), plan_.signature->parameters.end(),
                            [](const auto& its) { return its.attributes.has("closure"); });
            planner.make();
        } catch (const Refusal& refusal) {
            throw Refusal(std::string("the callback: ") + refusal.what());
        }
        parameter.callback = std::move(made);
    }

    std::size_t parameter_named(const std::string& name) const {
        const auto& all = plan_.parameters;
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&](const ParameterPlan& its) { return its.name == name; });
        return found == all.end() ? kNone : static_cast<std::size_t>(found - all.begin());
    }

    Length length_of(const Expression& expression) const {
        Length length{.expression = &expression};
        const Expression& inner =
            expression.kind == Expression::Kind::dereference && !expression.of.empty()
                ? expression.of.front()
                : expression;
        if (inner.kind == Expression::Kind::name) {
            length.parameter = parameter_named(inner.text);
        }
        return length;
    }

    /// The length of an array that is passed is no argument.
    void find_lengths() {
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            const ParameterPlan& array = plan_.parameters[i];
            if ((array.pass != Pass::array && array.pass != Pass::text) || !array.in) {
                continue;
            }
            if (array.dimensions.empty()) {
                derive(i, array.count, 0);
            }
            for (std::size_t n = 0; n < array.dimensions.size(); ++n) {
                derive(i, array.dimensions[n], n);
            }
        }
    }

    void derive(std::size_t array, const Length& count, std::size_t dimension) {
        if (count.parameter == kNone) {
            return;
        }
        ParameterPlan& length = plan_.parameters[count.parameter];
        if (length.of != kNone || !length.in) {
            return;  // another array has the same length
        }
        const bool dereferenced = count.expression->kind == Expression::Kind::dereference;
        if (dereferenced != (length.pass == Pass::pointer) || !length.value.is_integer() ||
            (length.pass != Pass::pointer && length.pass != Pass::value)) {
            throw Refusal("`" + plan_.parameters[array].name + "` is counted by `" + length.name +
                          "`, which is no integer");
        }
        length.is_pointer = dereferenced;
        length.pass = Pass::length;
        length.of = array;
        length.dimension = dimension;
    }

    void find_user_data() {
        std::size_t callback = kNone;
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            if (plan_.parameters[i].pass == Pass::callback) {
                callback = i;
            }
        }
        for (std::size_t i = 0; i < plan_.parameters.size(); ++i) {
            ParameterPlan& parameter = plan_.parameters[i];
            if (parameter.pass != Pass::closure) {
                continue;
            }
            if (is_callback_) {
                plan_.user_data = i;
                continue;
            }
            const std::string named =
                word(plan_.signature->parameters[i].attributes.expression("closure"));
            parameter.of = named.empty() ? callback : parameter_named(named);
            if (parameter.of == kNone || plan_.parameters[parameter.of].pass != Pass::callback) {
                throw Refusal("`" + parameter.name + "` is user data, but of no callback");
            }
        }
    }

    // -- where each parameter goes --

    void place() {
        if (plan_.returns == Return::memory) {
            if (plan_.convention == Convention::thiscall) {
                throw Refusal("compilers differ in where a thiscall function returns a struct");
            }
            hidden_ = true;
        }
        registers_ = plan_.convention == Convention::fastcall   ? 2u
                     : plan_.convention == Convention::thiscall ? 1u
                     : plan_.convention == Convention::regparm1 ? 1u
                     : plan_.convention == Convention::regparm2 ? 2u
                     : plan_.convention == Convention::regparm3 ? 3u
                                                                : 0u;
        is_regparm_ = plan_.convention >= Convention::regparm1;
        if (hidden_) {
            place_one(4, true, false, plan_.hidden);  // always the first
        }
        for (ParameterPlan& parameter : plan_.parameters) {
            const bool by_value = parameter.pass == Pass::value || parameter.pass == Pass::size ||
                                  (parameter.pass == Pass::length && !parameter.is_pointer);
            const std::uint32_t size = by_value ? (parameter.value.size + 3) / 4 * 4 : 4;
            const bool is_struct = by_value && (parameter.value.form == Form::record ||
                                                parameter.value.form == Form::variant);
            const bool is_float =
                by_value && (parameter.value.is_float() || parameter.value.form == Form::c64 ||
                             parameter.value.form == Form::c128);
            place_one(size, !is_float, is_struct, parameter.at);
        }
        if (plan_.words > kMostWords) {
            throw Refusal("its arguments take more than 16 KiB");
        }
        const std::uint32_t bytes = 4 * (plan_.words - kStack);
        const bool is_windows = context_.target.platform == interfaces::Platform::windows_;
        plan_.pops = plan_.is_stdcall_like()                  ? bytes
                     : hidden_ && !is_windows && !is_regparm_ ? 4
                                                              : 0;
    }

    void place_one(std::uint32_t size, bool integer, bool is_struct, std::uint32_t& at) {
        const std::uint32_t left = registers_ - next_register_;
        if (left != 0 && (integer || is_struct)) {
            if (is_struct || (size > 4 && !is_regparm_)) {
                throw Refusal(
                    "compilers differ in where its parameters go: a struct or 64-bit "
                    "integer while registers are left");
            }
            const std::uint32_t count = size / 4;
            if (count <= left) {
                constexpr std::uint32_t kRegparm[]{kEax, kEdx, kEcx};
                constexpr std::uint32_t kFastcall[]{kEcx, kEdx};
                at = is_regparm_ ? kRegparm[next_register_] : kFastcall[next_register_];
                next_register_ += count;
                return;
            }
            next_register_ = registers_;
        }
        at = plan_.words;
        plan_.words += size / 4;
    }

    Plan& plan_;
    const Context& context_;
    const bool is_callback_;
    bool has_user_data_ = false;  // of a callback: the library is given some for it
    bool hidden_ = false;
    bool is_regparm_ = false;
    std::uint32_t registers_ = 0;
    std::uint32_t next_register_ = 0;
};

}  // namespace

/// The parameters of `tail("int value, double scale")`, as C passes them in place of `...`.
void add_tail(Plan& plan, const Context& context) {
    const auto* const tail = plan.attributes->find("tail");
    if (tail == nullptr) {
        return;
    }
    plan.tail = std::make_shared<const interfaces::Interface>(interfaces::parse_declaration(
        "void tail(" + std::string(plan.attributes->text("tail")) + ");", context.target));
    auto whole = std::make_shared<Signature>(*plan.signature);
    for (const auto& parameter : plan.tail->functions.at(0).signature.parameters) {
        const Type& its = interfaces::meaning(*parameter.type);
        if (its.kind == TypeKind::scalar && its.scalar == Scalar::float_) {
            throw Refusal("`tail`: write double, which is what C passes for a float there");
        }
        whole->parameters.push_back(parameter);
    }
    plan.whole = std::move(whole);
    plan.signature = plan.whole.get();
}

Plan plan_of(const interfaces::Function& function, const Context& context) {
    Plan plan;
    plan.name = function.name;
    plan.file = &context.file;
    plan.signature = &function.signature;
    plan.attributes = &function.attributes;
    plan.convention = function.signature.convention;
    try {
        add_tail(plan, context);
        Planner(plan, context, false).make();
    } catch (const std::exception& error) {
        plan.missing = error.what();
    }
    return plan;
}

std::set<std::string, std::less<>> ends_of_callbacks(const interfaces::Interface& file) {
    std::set<std::string, std::less<>> names;
    for (const interfaces::Function& function : file.functions) {
        for (const interfaces::Parameter& parameter : function.signature.parameters) {
            const Attributes all = with_alias(*parameter.type, parameter.attributes);
            if (const auto* const ends = all.expression("ends")) {
                names.insert(word(ends));
            }
        }
    }
    return names;
}

std::string prototype_of(const interfaces::Function& function, const Context& context) {
    Type type;
    type.kind = TypeKind::function;
    type.signature = function.signature;
    if (type.signature.convention == context.file.library.convention) {
        type.signature.convention = Convention::unstated;
    }
    return interfaces::declaration(type, function.name);
}

}  // namespace bridge32::ffi
