#include "wire/link.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "base/names.hpp"
#include "bridge32/error.hpp"
#include "os/windows/segment_file.hpp"
#include "wire/windows/link_end.hpp"
#include "wire/windows/slots.hpp"

namespace bridge32::wire {

namespace {

bool is_posted(const ControlHeader& control, const std::string& channel) {
    return std::any_of(std::begin(control.slots), std::end(control.slots),
                       [&](const ControlSlot& slot) {
                           return (slot.state.load(std::memory_order_acquire) & kSlotPosted) != 0 &&
                                  name_in(slot) == channel;
                       });
}

bool post(ControlHeader& control, const std::string& bell, const std::string& channel) {
    for (auto& slot : control.slots) {
        std::uint32_t free = 0;
        std::uint32_t claimed = os::own_pid();
        if (!slot.state.compare_exchange_strong(free, claimed)) continue;
        std::memset(slot.channel, 0, sizeof slot.channel);
        std::memcpy(slot.channel, channel.data(),
                    std::min(channel.size(), sizeof slot.channel - 1));
        // A client that paused for long in between has lost the slot; another may have it.
        if (!slot.state.compare_exchange_strong(claimed, claimed | kSlotPosted)) continue;
        control.posts.fetch_add(1);
        Doorbell(control.host_bell, bell, WaitMode::kAdaptive).ring();
        return true;
    }
    return false;
}

}  // namespace

std::string name_in(const ControlSlot& slot) {
    char copy[kChannelNameBytes];
    std::memcpy(copy, slot.channel, sizeof copy);
    const char* const end = std::find(copy, copy + sizeof copy, '\0');
    return std::string(static_cast<const char*>(copy), end);
}

Link::Link() noexcept = default;
Link::Link(std::unique_ptr<End> end) noexcept : end_(std::move(end)) {}
Link::Link(Link&& other) noexcept = default;
Link& Link::operator=(Link&& other) noexcept = default;
Link::~Link() = default;

std::pair<Link, Link> Link::pair(const std::string& channel) {
    return {Link(std::make_unique<End>(End{channel})), Link(std::make_unique<End>(End{channel}))};
}

Link Link::inherited(const std::string& text) {
    if (!is_unguessable_name(text)) {
        throw Error(
            "--attach " + text +
            ": this is not the name of a channel. Clients use this option when they start a "
            "host; to start one by hand, use --serve NAME");
    }
    return Link(std::make_unique<End>(End{text}));
}

std::string Link::text() const { return end_->channel; }
os::NativeHandle Link::handle() const noexcept { return os::kNoHandle; }

bool Link::give(SegmentKind kind, std::uint32_t /*number*/, const os::Segment& segment) {
    if (end_ == nullptr) return false;
    if (kind != SegmentKind::kChannel || end_->control == nullptr) return true;
    return is_posted(*end_->control, segment.name()) ||
           post(*end_->control, end_->bell, segment.name());
}

bool Link::accepts() const noexcept { return end_ != nullptr; }

std::shared_ptr<const os::SegmentFile> Link::take(SegmentKind /*kind*/, std::uint32_t /*number*/,
                                                  const std::string& name) {
    return os::open_segment(name);
}

void Link::shut_down() noexcept {}

bool Link::intact() const noexcept { return true; }
bool Link::ended() const noexcept { return false; }
std::function<bool()> Link::end_watch() const {
    return [] { return false; };
}
std::uint32_t Link::peer_pid(std::uint32_t claimed) const noexcept { return claimed; }
const std::string& Link::channel() const noexcept { return end_->channel; }

}  // namespace bridge32::wire
