// The objects behind one instance's handles, and who may use them: part of the plugin runtime.
#pragma once

#include <atomic>
#include <charconv>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "bridge32/handle.hpp"
#include "bridge32/internal/plugin/call_scope.hpp"
#include "bridge32/internal/plugin/context.hpp"
#include "bridge32/internal/plugin/failure.ipp"

namespace bridge32::detail {

/// Whom a handle belongs to: the id of a client, or to whoever uses the instance.
using HandleOwner = std::uint64_t;
inline constexpr HandleOwner kEverybody = 0;

// Ids are 32 hex digits: the handle's serial number, which is never used again, and a secret of
// its owner's, 64 random bits. So an old id finds nothing, and nobody can make up an id that
// another client holds.

/// Writes ids, and reads those that it wrote. Not for use by two threads at once.
class HandleIds {
public:
    /// What an authentic id says.
    struct Known {
        std::uint64_t serial;
        HandleOwner owner;
    };

    std::string make(std::uint64_t serial, HandleOwner owner) {
        const auto [at, is_new] = secrets_.try_emplace(owner, 0);
        if (is_new) {
            std::random_device random;
            at->second = std::uint64_t{random()} << 32 | random();
        }
        return hex(serial) + hex(at->second);
    }

    /// Nothing unless the id bears the secret of `owner` or of everybody. Whether there ever was
    /// a handle of that number and owner, the caller checks.
    std::optional<Known> parse(std::string_view id, HandleOwner owner) const noexcept {
        std::uint64_t serial = 0;
        std::uint64_t secret = 0;
        if (id.size() != 32 || !parse_hex(id.substr(0, 16), serial) ||
            !parse_hex(id.substr(16), secret)) {
            return std::nullopt;
        }
        for (const HandleOwner one : {owner, kEverybody}) {
            const auto at = secrets_.find(one);
            if (at != secrets_.end() && at->second == secret) {
                return Known{serial, one};
            }
        }
        return std::nullopt;
    }

    /// Ids of that owner's are no longer known.
    void forget(HandleOwner owner) noexcept { secrets_.erase(owner); }

private:
    static std::string hex(std::uint64_t value) {
        std::string text(16, '0');
        for (auto digit = text.rbegin(); digit != text.rend(); ++digit, value >>= 4) {
            *digit = "0123456789abcdef"[value & 15];
        }
        return text;
    }
    static bool parse_hex(std::string_view text, std::uint64_t& value) noexcept {
        const char* const end = text.data() + text.size();
        const auto result = std::from_chars(text.data(), end, value, 16);
        return result.ec == std::errc{} && result.ptr == end;
    }

    std::map<HandleOwner, std::uint64_t> secrets_;
};

/// Any thread. Functions that destroy objects run without its lock, and may use handles.
class HandleTable : public std::enable_shared_from_this<HandleTable> {
public:
    /// `foreign`: what functions that destroy objects find. Needed until `close`.
    HandleTable(const bridge32_host& its_host, std::string plugin, ForeignStates& foreign)
        : host_(its_host), plugin_(std::move(plugin)), foreign_(foreign) {}

    /// Takes the object over. It is destroyed when nobody uses it any more, if the client never
    /// learned of it or it was to be destroyed.
    std::shared_ptr<HandleState> add(HandleOwner owner, std::unique_ptr<HandleObject> object,
                                     HandleType type) {
        const auto entry = std::make_shared<Entry>(owner, std::move(type), std::move(object));
        const std::lock_guard lock(mutex_);
        entry->serial = next_serial_;
        HandleToken token{entry->type.name, ids_.make(entry->serial, owner)};
        entries_.emplace(entry->serial, entry);
        ++next_serial_;
        auto use = std::make_shared<Use>(shared_from_this(), entry, std::move(token));
        entry->users = 1;
        return use;
    }

    /// Throws CodecError unless the token is that of an object of this type which `owner` or
    /// everybody may use.
    std::shared_ptr<HandleState> find(HandleOwner owner, const HandleToken& token,
                                      const HandleType& type) {
        const std::lock_guard lock(mutex_);
        const auto known = ids_.parse(token.id, owner);
        const auto found = known ? entries_.find(known->serial) : entries_.end();
        const bool gone = found == entries_.end();
        const bool given = gone ? known && known->serial != 0 && known->serial < next_serial_
                                : found->second->owner == known->owner && found->second->sent;
        if (!given) {
            throw CodecError("this handle of " + shown(token.type) +
                             " was not issued to this client by this plugin: it belongs to another "
                             "client or plugin, is from before a restart, or is invalid");
        }
        if (gone || found->second->condemned) {
            throw CodecError("this handle of " + shown(token.type) + " was destroyed");
        }
        const auto& entry = found->second;
        void* base = nullptr;
        if (entry->type.tag != type.tag) {
            base = type.base_of == nullptr ? nullptr : type.base_of(*entry->object);
            if (base == nullptr) {
                throw CodecError("expected a handle of " + type.name + ", found a handle of " +
                                 entry->type.name);
            }
        }
        auto use = std::make_shared<Use>(shared_from_this(), entry,
                                         HandleToken{entry->type.name, token.id}, base);
        ++entry->users;
        return use;
    }

    /// Destroys what a client that has gone left behind, the newest first. What the plugin itself
    /// holds a handle of is destroyed when it lets go.
    void owner_gone(HandleOwner owner) noexcept {
        std::uint64_t below = ~std::uint64_t{0};
        std::shared_ptr<Entry> unused;
        while (condemn_next(owner, below, unused)) {
            if (unused != nullptr) {
                run(*std::exchange(unused, nullptr));
            }
        }
        const std::lock_guard lock(mutex_);
        ids_.forget(owner);
    }

    /// Destroys everything, the newest first: the plugin goes.
    void close() noexcept {
        for (;;) {
            std::shared_ptr<Entry> newest;
            {
                const std::lock_guard lock(mutex_);
                if (entries_.empty()) {
                    return;
                }
                newest = entries_.rbegin()->second;
                take(*newest);
            }
            run(*newest);
        }
    }

private:
    struct Entry {
        Entry(HandleOwner its_owner, HandleType its_type, std::unique_ptr<HandleObject> its_object)
            : owner(its_owner), type(std::move(its_type)), object(std::move(its_object)) {}

        const HandleOwner owner;
        const HandleType type;
        std::uint64_t serial = 0;
        std::unique_ptr<HandleObject> object;
        int users = 0;
        bool sent = false;       // the client knows it
        bool condemned = false;  // to be destroyed with its last user
        std::atomic<bool> destroyed{false};
    };

    /// One use of an object, by a handle and its copies.
    class Use final : public HandleState {
    public:
        /// `base`: the object as what the handle's type is; null if that is its own.
        Use(std::shared_ptr<HandleTable> table, std::shared_ptr<Entry> entry, HandleToken token,
            void* base = nullptr)
            : HandleState(std::move(token)),
              table_(std::move(table)),
              entry_(std::move(entry)),
              base_(base) {}
        ~Use() override { table_->end(*this, false); }

        void* object() const override {
            if (over()) {
                throw InvalidArgument("this handle of " + token().type + " was destroyed");
            }
            return base_ != nullptr ? base_ : entry_->object->get();
        }
        void destroy() override {
            if (over()) {
                throw InvalidArgument("this handle of " + token().type + " was destroyed");
            }
            table_->end(*this, true);
        }
        void sent() const override {
            const std::lock_guard lock(table_->mutex_);
            if (over() || entry_->condemned) {
                throw CodecError("this handle of " + token().type + " was destroyed");
            }
            entry_->sent = true;
        }

    private:
        friend class HandleTable;
        bool over() const noexcept { return ended_ || entry_->destroyed; }

        std::shared_ptr<HandleTable> table_;
        std::shared_ptr<Entry> entry_;
        void* base_;
        std::atomic<bool> ended_{false};
    };

    /// The end of one use; that of the last one may be that of the object.
    void end(Use& use, bool condemn) noexcept {
        const std::shared_ptr<Entry> entry = use.entry_;
        {
            const std::lock_guard lock(mutex_);
            if (use.ended_.exchange(true)) {
                return;
            }
            --entry->users;
            entry->condemned = entry->condemned || condemn;
            const bool wanted = entry->sent && !entry->condemned;
            if (entry->users != 0 || wanted || entry->destroyed) {
                return;
            }
            take(*entry);
        }
        run(*entry);
    }

    /// Condemns the newest of an owner's objects whose number is less than `below`, which it
    /// sets; false when there is none. One without users is taken out, into `unused`.
    bool condemn_next(HandleOwner owner, std::uint64_t& below,
                      std::shared_ptr<Entry>& unused) noexcept {
        const std::lock_guard lock(mutex_);
        for (auto at = entries_.lower_bound(below); at != entries_.begin();) {
            --at;
            Entry& entry = *at->second;
            if (entry.owner != owner) {
                continue;
            }
            below = entry.serial;
            entry.condemned = true;
            if (entry.users == 0) {
                unused = at->second;
                take(entry);
            }
            return true;
        }
        return false;
    }

    /// The thread that takes an entry out destroys its object.
    void take(Entry& entry) noexcept {
        entry.destroyed = true;
        entries_.erase(entry.serial);
    }

    void run(Entry& entry) noexcept {
        try {
            const ForeignCode foreign(foreign_.of_this_thread());
            entry.object->destroy();
            entry.object.reset();
        } catch (...) {
            log_failure(host_, "destroying a " + entry.type.name + " of", plugin_);
        }
    }

    static std::string shown(const std::string& type) { return type.substr(0, 100); }

    const bridge32_host& host_;
    const std::string plugin_;
    ForeignStates& foreign_;
    std::mutex mutex_;
    std::map<std::uint64_t, std::shared_ptr<Entry>> entries_;  // by serial number
    HandleIds ids_;
    std::uint64_t next_serial_ = 1;
};

/// The handles of one call, while it runs. `per_client`: not everybody may use them.
class CallHandles final : public HandleStore {
public:
    CallHandles(HandleTable& table, CallScope& scope, bool per_client) noexcept
        : table_(table), scope_(scope), per_client_(per_client) {}
    CallHandles(const CallHandles&) = delete;
    CallHandles& operator=(const CallHandles&) = delete;

    std::shared_ptr<HandleState> add(std::unique_ptr<HandleObject> object,
                                     HandleType type) override {
        return table_.add(owner(), std::move(object), std::move(type));
    }
    std::shared_ptr<HandleState> find(const HandleToken& token, const HandleType& type) override {
        return table_.find(owner(), token, type);
    }

private:
    HandleOwner owner() const {
        if (!per_client_) {
            return kEverybody;
        }
        const auto& its_host = scope_.its_host();
        const ClientShare client(its_host, scope_.call());
        return clients_of(its_host).id(&its_host, client.get());
    }

    HandleTable& table_;
    CallScope& scope_;
    const bool per_client_;
    ThreadScope<HandleStore> running_{*this};
};

}  // namespace bridge32::detail
