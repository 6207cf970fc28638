// Structs of one layout from those of another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bridge32/internal/codec/decoder.hpp"
#include "bridge32/internal/codec/struct_compare.hpp"

namespace bridge32::detail {

/// How to make one struct of `ours` from one of `theirs`: what to copy from where to where.
class StructCopy {
public:
    /// Throws CodecError when the two do not have the same members.
    StructCopy(const StructLayout& ours, const StructLayout& theirs) {
        const std::string difference = layout_difference(ours, theirs, {"here", "in the array"});
        if (!difference.empty()) {
            throw CodecError("struct " + ours.name + ": " + difference);
        }
        plan(ours, theirs);
    }

    /// Bytes that are padding in `to` stay as they are.
    void run(const std::byte* from, std::byte* to) const {
        for (const Step& step : steps_) {
            run(step, from + step.from, to + step.to);
        }
    }

private:
    struct Step {
        std::size_t from = 0;
        std::size_t to = 0;
        std::size_t size = 0;  // bytes to copy; bools one by one
        bool is_bool = false;
        std::size_t count = 1;  // of nested structs
        std::size_t from_stride = 0;
        std::size_t to_stride = 0;
        std::shared_ptr<const StructCopy> nested{};
    };

    StructCopy() = default;

    static void run(const Step& step, const std::byte* from, std::byte* to) {
        if (step.nested != nullptr) {
            for (std::size_t i = 0; i < step.count; ++i) {
                step.nested->run(from + i * step.from_stride, to + i * step.to_stride);
            }
        } else if (step.is_bool) {
            for (std::size_t i = 0; i < step.size; ++i) {
                to[i] = from[i] == std::byte{0} ? std::byte{0} : std::byte{1};
            }
        } else {
            std::memcpy(to, from, step.size);
        }
    }

    void plan(const StructLayout& ours, const StructLayout& theirs) {
        for (const StructMember& member : ours.members) {
            const StructMember& other = *find_member(theirs, member.name);
            Step step{.from = static_cast<std::size_t>(other.offset),
                      .to = static_cast<std::size_t>(member.offset)};
            if (member.kind == FieldKind::structure) {
                auto nested = std::shared_ptr<StructCopy>(new StructCopy());
                nested->plan(*member.nested, *other.nested);
                step.nested = std::move(nested);
                step.count = static_cast<std::size_t>(member.count);
                step.from_stride = static_cast<std::size_t>(other.element_size);
                step.to_stride = static_cast<std::size_t>(member.element_size);
            } else {
                step.size = static_cast<std::size_t>(member.element_size * member.count);
                step.is_bool = member.kind == FieldKind::number && member.dtype == Dtype::b1;
            }
            add(std::move(step));
        }
    }

    // What lies side by side on both sides is copied at once.
    void add(Step step) {
        if (!steps_.empty()) {
            Step& last = steps_.back();
            if (last.nested == nullptr && step.nested == nullptr && last.is_bool == step.is_bool &&
                last.from + last.size == step.from && last.to + last.size == step.to) {
                last.size += step.size;
                return;
            }
        }
        steps_.push_back(std::move(step));
    }

    std::vector<Step> steps_;
};

/// The layout of the view's structs. Throws CodecError when it is malformed.
inline StructLayout item_layout(const ArrayView& view) {
    StructLayout layout = parse_layout_text(view.structure);
    if (layout.size != view.item_size) {
        throw_bad_dtype("has two sizes");
    }
    return layout;
}

inline void require_structs(const ArrayView& view, const StructLayout& ours) {
    if (view.dtype != Dtype::structure) {
        throw CodecError("expected an array of " + ours.name + ", found one of " +
                         std::string(info(view.dtype).name));
    }
}

/// Whether the bytes of the view's structs are those of ours.
inline bool is_same_layout(const ArrayView& view, const StructLayout& ours) noexcept {
    return view.dtype == Dtype::structure && view.structure == ours.dtype && !ours.has_bool;
}

/// All structs of the view, at `out`. Throws CodecError when these are others.
inline void copy_structs(const ArrayView& view, const StructLayout& ours, void* out) {
    require_structs(view, ours);
    const auto size = static_cast<std::size_t>(ours.size);
    if (view.count == 0 && view.structure == ours.dtype) {
        return;
    }
    if (is_same_layout(view, ours)) {
        std::memcpy(out, view.data, view.count * size);
        return;
    }
    const StructCopy copy(ours, item_layout(view));
    auto* const to = static_cast<std::byte*>(out);
    for (std::size_t i = 0; i < view.count; ++i) {
        std::memset(to + i * size, 0, size);  // the padding
        copy.run(view.data + i * view.item_size, to + i * size);
    }
}

}  // namespace bridge32::detail
