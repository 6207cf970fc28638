#include "wire/reception.hpp"

#include <string>
#include <utility>

#include "base/names.hpp"
#include "bridge32/error.hpp"
#include "os/windows/segment_file.hpp"
#include "wire/windows/link_end.hpp"
#include "wire/windows/slots.hpp"

namespace bridge32::wire {

/// Looks through the slots when the number of posts changes. What a client writes there is taken
/// with care: a name is copied, checked and then opened; a slot that was claimed and not posted in
/// times::kClaimLife, by a client that died in between or holds it on purpose, is freed.
struct Reception::Desk {
    /// What a slot held when it was looked at first.
    struct Claim {
        std::uint32_t state = 0;
        Clock::time_point since{};
    };

    explicit Desk(const os::Segment& control)
        : header(*reinterpret_cast<ControlHeader*>(control.data())) {}

    ControlHeader& header;
    std::uint32_t seen_posts = 0;
    std::uint32_t next_slot = 0;
    Claim claims[kControlSlots];
};

Reception::Reception(os::OwnedFile& file, const std::filesystem::path& /*path*/,
                     const os::Segment& control, const Doorbell& /*bell*/)
    : desk_(std::make_unique<Desk>(control)) {
    file.write(control.name());
}

Reception::~Reception() = default;

bool Reception::ready() const noexcept {
    return desk_->header.posts.load(std::memory_order_acquire) != desk_->seen_posts;
}

std::optional<Link> Reception::take() {
    const std::uint32_t posts = desk_->header.posts.load(std::memory_order_acquire);
    for (std::uint32_t looked_at = 0; looked_at < kControlSlots; ++looked_at) {
        auto& slot = desk_->header.slots[desk_->next_slot];
        desk_->next_slot = (desk_->next_slot + 1) % kControlSlots;
        if ((slot.state.load(std::memory_order_acquire) & kSlotPosted) == 0) continue;
        std::string name = name_in(slot);
        slot.state.store(0, std::memory_order_release);
        if (is_unguessable_name(name)) {
            return Link(std::make_unique<Link::End>(Link::End{std::move(name)}));
        }
    }
    desk_->seen_posts = posts;
    return std::nullopt;
}

void Reception::look_after(Clock::time_point now) {
    for (std::uint32_t i = 0; i < kControlSlots; ++i) {
        auto& slot = desk_->header.slots[i];
        auto& claim = desk_->claims[i];
        std::uint32_t state = slot.state.load();
        if (state != claim.state) claim = {state, now};
        if (state == 0) continue;
        if ((state & kSlotPosted) != 0) {
            desk_->seen_posts =
                desk_->header.posts.load() - 1;  // its client died before it said so
        } else if (now - claim.since >= times::kClaimLife) {
            slot.state.compare_exchange_strong(state, 0);
        }
    }
}

/// The file goes, and with it all that leads here.
void Reception::close() noexcept {}

Visit visit(const std::string& name, const std::filesystem::path& path) {
    const std::string segment = os::OwnedFile::read(path);
    if (!is_unguessable_name(segment)) {
        throw StartupError("the shared host \"" + name + "\" is still starting");
    }
    auto control = os::Segment::map(segment, os::open_segment(segment));
    if (control.size() < sizeof(ControlHeader)) {
        throw ProtocolError("the control segment of the shared host \"" + name + "\" is malformed");
    }
    auto* const header = reinterpret_cast<ControlHeader*>(control.data());
    return {Link(std::make_unique<Link::End>(Link::End{"", header, segment + "-host"})),
            std::move(control)};
}

}  // namespace bridge32::wire
