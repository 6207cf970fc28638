// The link between a client and a host: over it each hands the other the segments that it has made.
//
// On Linux a segment has no name. Its maker sends its descriptor over a Unix socket (a pair that a
// private host inherits, a connection to a shared one), and what comes is checked before it is
// mapped: see sdk/PROTOCOL.md. The socket's end tells that the peer has gone. On Windows segments
// have names that both sides know, and there is nothing to send.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "os/process.hpp"
#include "os/segment.hpp"
#include "wire/layout.hpp"

namespace bridge32::wire {

/// One end. Movable. One thread at a time gives, and one takes.
class Link {
public:
    Link() noexcept;  ///< leads to nobody
    Link(Link&& other) noexcept;
    Link& operator=(Link&& other) noexcept;
    ~Link();

    /// Both ends, the client's first; the other is for a host that the client starts. `channel`:
    /// the name of the channel's segment. Throws bridge32::Error.
    static std::pair<Link, Link> pair(const std::string& channel);
    /// For a host: the end that its client names on the command line, see `text`. Throws
    /// bridge32::Error if there is none.
    static Link inherited(const std::string& text);

    /// How the process that inherits `handle` finds this end.
    std::string text() const;
    /// What a new process is to inherit; kNoHandle for nothing.
    os::NativeHandle handle() const noexcept;

    /// Hands a segment over; `number` counts those of an arena. False if the peer must first take
    /// what it was given earlier, or there is no peer yet. Throws bridge32::Error.
    bool give(SegmentKind kind, std::uint32_t number, const os::Segment& segment);
    /// True if `give` may succeed. Cheap.
    bool accepts() const noexcept;
    /// Takes over what the peer has given, in whatever order. `name`: what it is called here.
    /// Throws bridge32::Error if the peer has not given it, and ProtocolError if it gave something
    /// else than memory that it cannot cut short.
    std::shared_ptr<const os::SegmentFile> take(SegmentKind kind, std::uint32_t number,
                                                const std::string& name);

    /// Tells the peer, on any thread, that this end gives up the session. Where there is no
    /// connection, it learns nothing.
    void shut_down() noexcept;
    /// False if something in this process has closed the connection's descriptor.
    bool intact() const noexcept;
    /// True if the peer has closed its end, or has died. False where that cannot be told.
    bool ended() const noexcept;
    /// `ended`, for a thread of its own that outlives this object.
    std::function<bool()> end_watch() const;
    /// The process at the other end, as the system says: 0 if it is in a PID namespace that this
    /// process does not see. Where the system does not say (Windows), `claimed`.
    std::uint32_t peer_pid(std::uint32_t claimed) const noexcept;
    /// The name of the channel's segment; on Linux, the host makes one up.
    const std::string& channel() const noexcept;

    struct End;  // the platform's
    explicit Link(std::unique_ptr<End> end) noexcept;

private:
    std::unique_ptr<End> end_;
};

/// For people: "process 4711", or for 0 what is known instead.
std::string process_in_words(std::uint32_t pid);

/// A bridge32 release as it stands in shared memory: what is no text is left out.
std::string release_in(const char (&release)[kReleaseBytes]);
void write_release(char (&to)[kReleaseBytes]) noexcept;

/// "the client uses version 3 of the wire protocol (bridge32 0.3.0), and this host version 2
/// (bridge32 0.1.0). Install …". `peer` and `own`: what the two are called.
std::string version_mismatch(const std::string& peer, std::uint32_t version,
                             const std::string& release, const std::string& own);

}  // namespace bridge32::wire
