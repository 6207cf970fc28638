// An object of the plugin that a client can hold and pass back.
//
// In the plugin (see Plugin::handle), a handle is the object:
//
//     method("open", [this](int n) { return handle(lib_open(n), lib_.function<…>("lib_close")); });
//     method("gain", [](const bridge32::Handle<Camera>& camera) { return lib_gain(camera.get());
//     });
//
// In the client, `Camera` can be any type, such as `struct Camera;`:
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
#include "bridge32/internal/support/thread_scope.hpp"

namespace bridge32 {
namespace detail {

/// What all copies of a Handle share. In a client: only the token.
class HandleState {
public:
    explicit HandleState(HandleToken token) : token_(std::move(token)) {}
    HandleState(const HandleState&) = delete;
    HandleState& operator=(const HandleState&) = delete;
    virtual ~HandleState() = default;

    const HandleToken& token() const noexcept { return token_; }
    virtual void* object() const { throw_elsewhere(); }
    virtual void destroy() { throw_elsewhere(); }
    /// Called before the token is sent. Throws CodecError if the other side cannot use it.
    virtual void sent() const {}

private:
    [[noreturn]] void throw_elsewhere() const {
        throw Error("the object of a handle of " + token_.type +
                    " exists only in the plugin; a client can only pass the handle back");
    }

    HandleToken token_;
};

class HandleObject;

/// Identifies a C++ type by an address that is unique in this plugin. (typeid would require
/// complete types.)
struct HandleType {
    const void* tag;
    std::string name;                                  // for people
    void* (*base_of)(HandleObject& object) = nullptr;  // see base_of
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

/// An object behind a handle, and how to destroy it.
class HandleObject {
public:
    HandleObject() = default;
    HandleObject(const HandleObject&) = delete;
    HandleObject& operator=(const HandleObject&) = delete;
    virtual ~HandleObject() = default;
    virtual void* get() noexcept = 0;
    /// Runs once.
    virtual void destroy() = 0;
    /// Throws a pointer to the object, if it is of a class, for base_of.
    virtual void throw_pointer() {}
};

template <class T>
concept CompleteClass = std::is_class_v<T> && requires {
    sizeof(T);
};

/// The object as a `T`, which is a base of its class; null if it is none. Only a handler knows the
/// bases of a class that was named elsewhere.
template <class T>
void* base_of(HandleObject& object) {
    try {
        object.throw_pointer();
    } catch (T* base) {
        return const_cast<std::remove_cv_t<T>*>(base);
    } catch (...) {
    }
    return nullptr;
}

template <class T>
HandleType handle_type() {
    if constexpr (CompleteClass<T>) {
        return {&HandleTag<T>::tag, handle_type_name<T>(), base_of<T>};
    } else {
        return {&HandleTag<T>::tag, handle_type_name<T>()};
    }
}

/// In a plugin: the handles of the call that runs on this thread.
class HandleStore {
public:
    virtual ~HandleStore() = default;
    virtual std::shared_ptr<HandleState> add(std::unique_ptr<HandleObject> object,
                                             HandleType type) = 0;
    /// Throws CodecError unless the token refers to an object of that type.
    virtual std::shared_ptr<HandleState> find(const HandleToken& token, const HandleType& type) = 0;

    /// Null if no call of a plugin runs here, as in a client.
    static HandleStore* current() noexcept { return ThreadScope<HandleStore>::innermost(); }
};

}  // namespace detail

/// A reference-counted object of the plugin, or none. Cheap to copy; thread-safe.
///
/// In the plugin: the result of Plugin::handle, and a parameter type for methods. It always has an
/// object, unless default-constructed. The client's value is checked before the method runs:
/// anything except a token of this client, for an existing object of this type or of a class that
/// is derived from it, throws
/// InvalidArgument. While a handle exists in the plugin, the object is destroyed only by `destroy`
/// and at the plugin's end.
///
/// In the client: a token. The plugin owns the object. Destroying the handle does not destroy the
/// object; a method of the plugin does that, or the end of the client.
template <class T>
class Handle {
    static_assert(!std::is_pointer_v<T>,
                  "write Handle<camera>, not Handle<camera*>: a handle is a pointer to its object");

public:
    /// The type of the object.
    using object_type = T;

    Handle() = default;

    /// True if it refers to an object.
    explicit operator bool() const noexcept { return state_ != nullptr; }

    /// @{
    /// The object, in the plugin. Valid while this handle or a copy exists and `destroy` was not
    /// called. Throws InvalidArgument if the object was destroyed, Error if there is none or in a
    /// client.
    T* get() const { return static_cast<T*>(state().object()); }
    T* operator->() const { return get(); }
    std::add_lvalue_reference_t<T> operator*() const requires(!std::is_void_v<T>) { return *get(); }
    /// @}

    /// In the plugin: destroys the object on this thread, with the function passed to
    /// Plugin::handle. If another call or handle in the plugin still uses the object, this happens
    /// when the last of these is done. This handle, its copies and the client's handles become
    /// invalid. An exception from the function is written to the host's log. Throws as `get`.
    void destroy() const { state().destroy(); }

    /// The name of the object's type in the plugin, for people: "Camera". Empty if there is no
    /// object.
    std::string type() const { return state_ == nullptr ? std::string() : state_->token().type; }

    /// True if both refer to the same object.
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

/// {"$handle":…}, or null for an empty handle, which only clients read: use
/// std::optional<Handle<T>> for a parameter that may be null.
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
        HandleStore* const store = HandleStore::current();
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
/// For handles as members of a Json and of structs with to_json and from_json.
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
