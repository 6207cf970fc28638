#include "wire/link.hpp"

#include <unistd.h>

#include <charconv>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "base/names.hpp"
#include "base/times.hpp"
#include "bridge32/error.hpp"
#include "os/linux/segment_file.hpp"
#include "wire/linux/link_end.hpp"

namespace bridge32::wire {

namespace {

using FileShare = std::shared_ptr<const os::SegmentFile>;

// Segments that have come and that no message has referred to yet. A peer gives one just before it
// refers to it.
constexpr std::size_t kMostUntaken = 64;

std::string in_words(SegmentKind kind, std::uint32_t number) {
    switch (kind) {
        case SegmentKind::kChannel:
            return "its channel";
        case SegmentKind::kControl:
            return "its control segment";
        case SegmentKind::kArena:
            break;
    }
    return "the arena segment " + std::to_string(number);
}

void check(const SegmentOffer& offer) {
    if (offer.magic != kOfferMagic) {
        throw ProtocolError("the peer sent a message that does not offer a segment");
    }
    if (offer.wire_version != kWireVersion) {
        // Of a channel, its own header says more, and whoever sent it is told there.
        if (offer.kind == static_cast<std::uint32_t>(SegmentKind::kChannel)) return;
        throw ProtocolError(version_mismatch("the other process", offer.wire_version,
                                             release_in(offer.release), "this one"));
    }
    if (offer.kind < static_cast<std::uint32_t>(SegmentKind::kChannel) ||
        offer.kind > static_cast<std::uint32_t>(SegmentKind::kArena) || offer.reserved_0 != 0 ||
        !all_zero(offer.reserved_1)) {
        throw ProtocolError("the peer offered a segment of unknown kind");
    }
}

}  // namespace

/// The next segment that the peer has given; false if there is none now.
bool Link::End::receive() {
    SegmentOffer offer;
    const auto fd = socket.receive(std::as_writable_bytes(std::span(&offer, 1)));
    if (!fd) return false;
    auto file = std::make_shared<const os::SegmentFile>(*fd);
    check(offer);
    os::check_sent_segment(*file, offer.bytes, sealed_only);
    if (given.size() >= kMostUntaken) {
        throw ProtocolError("the peer gave " + std::to_string(kMostUntaken) +
                            " segments that it did not refer to");
    }
    given.insert_or_assign({offer.kind, offer.number}, std::move(file));
    return true;
}

Link::Link() noexcept = default;
Link::Link(std::unique_ptr<End> end) noexcept : end_(std::move(end)) {}
Link::Link(Link&& other) noexcept = default;
Link& Link::operator=(Link&& other) noexcept = default;
Link::~Link() = default;

std::pair<Link, Link> Link::pair(const std::string& channel) {
    auto [client, host] = LocalSocket::pair();
    return {Link(std::make_unique<End>(std::move(client), channel, os::makes_sealed_segments())),
            Link(std::make_unique<End>(std::move(host), channel, false))};
}

Link Link::inherited(const std::string& text) {
    if (is_unguessable_name(text)) {  // what a client of version 1 passes
        throw Error(version_mismatch("the client that started this host", 1, "", "this host"));
    }
    int fd = -1;
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, fd);
    std::optional<LocalSocket> socket;
    if (error == std::errc() && read == end) socket = LocalSocket::inherited(fd);
    if (!socket) {
        throw Error("--attach " + text +
                    ": this is not the number of an inherited socket. Clients use this option when "
                    "they start a host; to start one by hand, use --serve NAME");
    }
    const auto peer = socket->peer();
    if (peer.uid != ::geteuid()) {
        throw Error("the client belongs to another user (uid " + std::to_string(peer.uid) + ")");
    }
    return Link(
        std::make_unique<End>(std::move(*socket), "bridge32-" + std::to_string(peer.pid), false));
}

std::string Link::text() const { return std::to_string(os::kInheritedDescriptor); }
os::NativeHandle Link::handle() const noexcept { return end_->socket.fd(); }

bool Link::give(SegmentKind kind, std::uint32_t number, const os::Segment& segment) {
    if (end_ == nullptr) return false;
    if (segment.file() == nullptr) return true;  // it has been given
    SegmentOffer offer{};
    offer.magic = kOfferMagic;
    offer.wire_version = kWireVersion;
    offer.kind = static_cast<std::uint32_t>(kind);
    offer.number = number;
    offer.bytes = segment.size();
    write_release(offer.release);
    return end_->socket.send(std::as_bytes(std::span(&offer, 1)), segment.file()->fd());
}

bool Link::accepts() const noexcept { return end_ != nullptr && end_->socket.writable(); }

FileShare Link::take(SegmentKind kind, std::uint32_t number, const std::string& name) {
    const auto missing = [&] {
        return Error("the segment " + name + " is missing: the peer did not send " +
                     in_words(kind, number));
    };
    if (end_ == nullptr) throw missing();
    // Segments of an arena come before the message that needs them; the first one may be awaited.
    if (kind != SegmentKind::kArena) end_->socket.wait(times::kIntroduction);
    const std::pair wanted(static_cast<std::uint32_t>(kind), number);
    auto found = end_->given.find(wanted);
    while (found == end_->given.end()) {
        if (!end_->receive()) throw missing();
        found = end_->given.find(wanted);
    }
    FileShare file = std::move(found->second);
    end_->given.erase(found);
    return file;
}

void Link::shut_down() noexcept {
    if (end_ != nullptr) end_->socket.shut_down();
}

bool Link::intact() const noexcept { return end_ == nullptr || end_->socket.intact(); }

bool Link::ended() const noexcept { return end_ != nullptr && end_->socket.ended(); }

std::function<bool()> Link::end_watch() const {
    if (end_ == nullptr) return [] { return false; };
    return [socket = std::make_shared<LocalSocket>(end_->socket.duplicate())] {
        return socket->ended();
    };
}

std::uint32_t Link::peer_pid(std::uint32_t /*claimed*/) const noexcept {
    return end_ == nullptr ? 0 : end_->socket.peer().pid;
}

const std::string& Link::channel() const noexcept { return end_->channel; }

}  // namespace bridge32::wire
