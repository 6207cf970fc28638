#include "wrap/plans/image.hpp"

#include <algorithm>
#include <cstring>

#include "bridge32/error.hpp"

namespace bridge32::wrap {

using interfaces::DirectCall;
using interfaces::Elsewhere;
using interfaces::Fixup;

namespace {

constexpr std::uint64_t kCanary = 16;
constexpr std::uint64_t kMost = 0x7fffffff;
constexpr std::uint32_t kStandIns = 0xffffe000;  // the last page but one

/// Returns where it ends.
std::byte* append(std::byte* to, const void* from, std::size_t size) {
    if (size != 0) {
        std::memcpy(to, from, size);
    }
    return to + size;
}

}  // namespace

Image::Image(std::uint32_t words) {
    objects_.reserve(8);
    Object& own = objects_.emplace_back();
    own.size = std::size_t{4} * words;
    own.own.resize(own.size);
}

std::uint32_t Image::add(std::size_t size, Travel travel) {
    const std::uint32_t number = add(nullptr, size, travel);
    objects_[number].own.resize(size);
    return number;
}

std::uint32_t Image::add(const std::byte* from, std::size_t size, Travel travel) {
    if (size > kMost) {
        throw Error(std::to_string(size) + " bytes are more than a 32-bit library can have");
    }
    Object& object = objects_.emplace_back();
    object.from = from;
    object.size = size;
    object.travel = travel;
    return static_cast<std::uint32_t>(objects_.size() - 1);
}

std::byte* Image::at(std::uint32_t object, std::uint32_t offset) {
    return objects_[object].own.data() + offset;
}

void Image::point(std::uint32_t object, std::uint32_t offset, std::uint32_t target) {
    pointers_.push_back({object, offset, target});
}

/// The end of one is not the begin of another: a pointer leads to one of them.
std::size_t Image::room(const Object& object) const noexcept {
    return object.size + (has_canary(object) ? kCanary : 1);
}

void Image::place(DirectCall& head) {
    std::uint64_t end = 0;
    for (const Travel travel : {Travel::in, Travel::both, Travel::out}) {
        if (travel == Travel::both) {
            end = (end + 15) & ~std::uint64_t{15};
            back_ = head.back = static_cast<std::uint32_t>(end);
        } else if (travel == Travel::out) {
            head.sent = static_cast<std::uint32_t>(end);
        }
        for (std::size_t i = kWords + 1; i < objects_.size(); ++i) {
            Object& object = objects_[i];
            if (object.travel != travel) {
                continue;
            }
            end = (end + 15) & ~std::uint64_t{15};
            object.at = static_cast<std::uint32_t>(end);
            end += room(object);
            if (end > kMost) {
                throw Error(std::to_string(end) +
                            " bytes of arguments are more than a 32-bit library can have");
            }
        }
    }
    head.memory = static_cast<std::uint32_t>(end);
}

std::span<const std::byte> Image::request(DirectCall head) {
    place(head);
    head.words = static_cast<std::uint32_t>(objects_[kWords].size / 4);
    head.fixups = static_cast<std::uint32_t>(pointers_.size());
    std::vector<Elsewhere> elsewhere;
    for (const Object& object : objects_) {
        if (object.guarded || object.elsewhere != 0) {
            elsewhere.push_back(
                {object.at, static_cast<std::uint32_t>(object.size), object.elsewhere});
        }
    }
    head.elsewhere = static_cast<std::uint32_t>(elsewhere.size());
    const std::size_t before = sizeof head + objects_[kWords].size +
                               pointers_.size() * sizeof(Fixup) +
                               elsewhere.size() * sizeof(Elsewhere);
    const std::size_t size = before + head.sent;
    request_.reset(new std::byte[size]);  // not cleared: it may be large
    std::byte* to = request_.get();
    to = append(to, &head, sizeof head);
    to = append(to, objects_[kWords].own.data(), objects_[kWords].size);
    for (const Pointer& pointer : pointers_) {
        const std::uint32_t base =
            pointer.object == kWords
                ? 0
                : static_cast<std::uint32_t>(objects_[kWords].size) + objects_[pointer.object].at;
        const Fixup fixup{base + pointer.offset, objects_[pointer.target].at};
        to = append(to, &fixup, sizeof fixup);
    }
    std::byte* const memory = append(to, elsewhere.data(), elsewhere.size() * sizeof(Elsewhere));
    sent_ = static_cast<std::size_t>(memory - request_.get());
    for (std::size_t i = kWords + 1; i < objects_.size(); ++i) {
        const Object& object = objects_[i];
        if (object.travel == Travel::out) {
            continue;
        }
        const std::byte* const from = object.from != nullptr ? object.from : object.own.data();
        if (object.size != 0) {
            std::memcpy(memory + object.at, from, object.size);
        }
        if (has_canary(object)) {
            std::memset(memory + object.at + object.size, interfaces::kFill, kCanary);
        }
    }
    return {request_.get(), size};
}

void Image::take_reply(std::span<const std::byte> reply) {
    std::uint64_t memory = 0;
    for (const Object& object : objects_) {
        if (object.travel != Travel::in) {
            memory = std::max<std::uint64_t>(memory, object.at - back_ + room(object));
        }
    }
    if (reply.size() < sizeof result_) {
        throw ProtocolError("the reply of a direct call is too short");
    }
    std::memcpy(&result_, reply.data(), sizeof result_);
    if (reply.size() != sizeof result_ + memory + result_.text) {
        throw ProtocolError("the reply of a direct call has another size than it says");
    }
    memory_ = reply.subspan(sizeof result_, static_cast<std::size_t>(memory));
    text_ = reply.last(result_.text);
}

const std::byte* Image::returned(std::uint32_t object) const {
    return memory_.data() + (objects_[object].at - back_);
}

const std::byte* Image::sent(std::uint32_t object) const {
    return objects_[object].travel == Travel::out ? nullptr
                                                  : request_.get() + sent_ + objects_[object].at;
}

bool Image::overrun(std::uint32_t object) const {
    if (!has_canary(objects_[object])) {
        return false;
    }
    const std::byte* const canary = returned(object) + objects_[object].size;
    return std::any_of(canary, canary + kCanary,
                       [](std::byte b) { return b != std::byte{interfaces::kFill}; });
}

std::uint32_t Image::stand_in(const std::byte* pointer) {
    stand_ins_.push_back(pointer);
    return kStandIns + static_cast<std::uint32_t>(stand_ins_.size() - 1);
}

const std::byte* Image::program_pointer(std::uint32_t address) const {
    if (address >= kStandIns && address - kStandIns < stand_ins_.size()) {
        return stand_ins_[address - kStandIns];
    }
    for (std::uint32_t i = kWords + 1; i < objects_.size(); ++i) {
        const std::uint32_t offset = address - this->address(i);
        if (offset > objects_[i].size || result_.base == 0) {
            continue;
        }
        if (objects_[i].from == nullptr) {
            throw Error("the library has returned a pointer into an argument that was converted");
        }
        return objects_[i].from + offset;
    }
    return nullptr;
}

std::optional<std::uint32_t> Image::target(std::uint32_t object, std::uint32_t offset) const {
    for (const Pointer& pointer : pointers_) {
        if (pointer.object == object && pointer.offset == offset) {
            return pointer.target;
        }
    }
    return std::nullopt;
}

std::optional<std::uint32_t> Image::pointer(std::uint32_t object, std::uint32_t offset) const {
    const auto found = target(object, offset);
    return found ? std::optional(address(*found)) : std::nullopt;
}

}  // namespace bridge32::wrap
