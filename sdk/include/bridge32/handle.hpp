// An object of the plugin's, as something that a client can hold, pass back, and nothing else.
//
// In the plugin (see Plugin::handle), where it is the object:
//
//     method("open", [this](int n) { return handle(lib_open(n), lib_.function<…>("lib_close")); });
//     method("gain", [](const bridge32::Handle<Camera>& camera) { return lib_gain(camera.get());
//     });
//
// At the client, where `Camera` is any type of its choosing, such as `struct Camera;`:
//
//     auto camera = c.call<bridge32::Handle<struct Camera>>("open", 0);
//     double gain = c.call<double>("gain", camera);
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "bridge32/codec.hpp"
#include "bridge32/error.hpp"
#include "bridge32/internal/support/demangle.hpp"
#include "bridge32/internal/support/host.hpp"

namespace bridge32 {
namespace detail {

/// What all copies of a Handle share. This one is the client's, which knows the token only.
class HandleState {
public:
    explicit HandleState(HandleToken token) : token_(std::move(token)) {}
    HandleState(const HandleState&) = delete;
    HandleState& operator=(const HandleState&) = delete;
    virtual ~HandleState() = default;

    const HandleToken& token() const noexcept { return token_; }
    virtual void* object() const { throw_elsewhere(); }
    virtual void destroy() { throw_elsewhere(); }
    /// The other side is about to get the token. Throws CodecError when that is of no use to it.
    virtual void sent() const {}

private:
    [[noreturn]] void throw_elsewhere() const {
        throw Error("the object of a handle of " + token_.type +
                    " lives in the plugin: elsewhere a handle can only be passed back");
    }

    HandleToken token_;
};

/// A C++ type as handles tell it from others: by an address that no other type has in this
/// plugin. (typeid would want complete types.)
struct HandleType {
    const void* tag;
    std::string name;  // for people
};

template <class T>
struct BRIDGE32_DETAIL_OWN HandleTag {
    static inline char tag = 0;
};

/// "Camera" for a pointer to `Camera`.
inline std::string pointee_name(const std::type_info& pointer) {
    std::string name = type_text(pointer);
    name.resize(name.find_last_not_of("* ") + 1);
    constexpr std::string_view kAnonymous = "(anonymous namespace)::";
    while (name.find(kAnonymous) != std::string::npos) {
        name.erase(name.find(kAnonymous), kAnonymous.size());
    }
    return name;
}

/// "Camera" for `Camera`, complete or not.
template <class T>
std::string handle_type_name() {
    return pointee_name(typeid(T*));
}

template <class T>
HandleType handle_type() {
    return {&HandleTag<T>::tag, handle_type_name<T>()};
}

/// An object that a plugin made a handle of, and how to destroy it.
class HandleObject {
public:
    HandleObject() = default;
    HandleObject(const HandleObject&) = delete;
    HandleObject& operator=(const HandleObject&) = delete;
    virtual ~HandleObject() = default;
    virtual void* get() noexcept = 0;
    /// Runs once.
    virtual void destroy() = 0;
};

/// The handles of the call that runs on this thread, in a plugin.
class HandleStore {
public:
    virtual ~HandleStore() = default;
    virtual std::shared_ptr<HandleState> add(std::unique_ptr<HandleObject> object,
                                             HandleType type) = 0;
    /// Throws CodecError unless the token stands for an object of that type.
    virtual std::shared_ptr<HandleState> find(const HandleToken& token, const HandleType& type) = 0;

    // Null where no plugin's call runs, as at a client.
    BRIDGE32_DETAIL_OWN static inline thread_local HandleStore* current = nullptr;
};

}  // namespace detail

/// A share in an object of the plugin's, or none. Cheap to copy; any thread.
///
/// In the plugin: what Plugin::handle returns, and a parameter of methods. It is never without
/// an object there unless default-constructed: what the client passes is checked before the
/// method runs, and anything but the token of such an object, of this type and of this client,
/// that was not destroyed yet, is an InvalidArgument. While a handle exists in the plugin, the
/// object is not destroyed, but by `destroy` and at the plugin's end.
///
/// At the client: a token. The object belongs to the plugin, and letting go of the handle does
/// not destroy it; a method of the plugin's does that, or the client's end.
template <class T>
class Handle {
public:
    /// What it is a handle of.
    using object_type = T;

    Handle() = default;

    /// Does it stand for an object?
    explicit operator bool() const noexcept { return state_ != nullptr; }

    /// @{
    /// The object, in the plugin. Valid while this handle or a copy of it exists and is not
    /// destroyed. Throws InvalidArgument when it was, Error when there is none or at a client.
    T* get() const { return static_cast<T*>(state().object()); }
    T* operator->() const { return get(); }
    std::add_lvalue_reference_t<T> operator*() const requires(!std::is_void_v<T>) { return *get(); }
    /// @}

    /// In the plugin: destroys the object, with what Plugin::handle was given for that, on this
    /// thread; if another call or another handle in the plugin still uses it, when the last of
    /// these lets go. From now on this handle, its copies and the client's are refused. What the
    /// function throws is written to the host's log. Throws as `get`.
    void destroy() const { state().destroy(); }

    /// The name of the object's type in the plugin, for people: "Camera". Empty for no object.
    std::string type() const { return state_ == nullptr ? std::string() : state_->token().type; }

    /// Do they stand for the same object?
    friend bool operator==(const Handle& a, const Handle& b) noexcept { return a.id() == b.id(); }

private:
    friend class Plugin;
    friend struct Codec<Handle>;

    explicit Handle(std::shared_ptr<detail::HandleState> state) : state_(std::move(state)) {}

    std::string_view id() const noexcept {
        return state_ == nullptr ? std::string_view() : state_->token().id;
    }
    detail::HandleState& state() const {
        if (state_ == nullptr) {
            throw Error("an empty handle of " + detail::handle_type_name<T>() + " was used");
        }
        return *state_;
    }

    std::shared_ptr<detail::HandleState> state_;
};

namespace detail {
template <class T>
inline constexpr bool kIsHandle = false;
template <class T>
inline constexpr bool kIsHandle<Handle<T>> = true;
}  // namespace detail

/// {"$handle":…}, or null for an empty one, which only a client reads: a parameter that may be
/// null is a std::optional<Handle<T>>.
template <class T>
struct Codec<Handle<T>> {
    static void encode(Encoder& out, const Handle<T>& handle) {
        if (!handle) {
            return out.value(nullptr);
        }
        handle.state_->sent();
        detail::write_handle(out, handle.state_->token());
    }

    static Handle<T> decode(Decoder& in) {
        using namespace detail;
        HandleStore* const store = HandleStore::current;
        if (store == nullptr && in.peek() == Kind::null) {
            in.reader().read_null();
            return {};
        }
        if (in.tag() != Tag::handle) {
            throw in.expected("a handle of " + handle_type_name<T>());
        }
        HandleToken token = in.handle();
        return Handle<T>(store == nullptr ? std::make_shared<HandleState>(std::move(token))
                                          : store->find(token, handle_type<T>()));
    }
};

/// @{
/// So that handles can be members of a Json, and of structs with to_json and from_json.
template <class T>
void to_json(Json& json, const Handle<T>& handle) {
    Encoder out;
    out.value(handle);
    json = decode<Json>(out.text(), {});
}
template <class T>
void from_json(const Json& json, Handle<T>& handle) {
    Encoder out;
    out.value(json);
    handle = decode<Handle<T>>(out.text(), out.attachments());
}
/// @}

}  // namespace bridge32
