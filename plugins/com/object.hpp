// A COM object whose members are called by name.
#pragma once

#include <bridge32/values.hpp>
#include <string>
#include <utility>
#include <vector>

#include "variant.hpp"
#include "windows.hpp"

namespace com {

/// Owns a reference. For the thread of the apartment it was created in.
class Object {
public:
    /// Takes ownership of a reference, which must not be null.
    explicit Object(IDispatch* dispatch) noexcept : dispatch_(dispatch) {}
    Object(Object&& other) noexcept : dispatch_(std::exchange(other.dispatch_, nullptr)) {}
    Object& operator=(Object&&) = delete;
    ~Object() {
        if (dispatch_ != nullptr) {
            dispatch_->Release();
        }
    }

    /// A new object of the class `progid`, a ProgID or "{CLSID}".
    static Object create(const std::string& progid);
    /// The running object that is registered for the class.
    static Object active(const std::string& progid);

    IDispatch* get() const noexcept { return dispatch_; }

    /// Calls a method or reads a property; an empty name means the default member. `named`:
    /// arguments by the component's names for them.
    Variant call(const std::string& name, const bridge32::Json& arguments,
                 const bridge32::Json& named) const;
    /// Writes a property; `arguments` are its indices.
    void put(const std::string& name, const bridge32::Json& value,
             const bridge32::Json& arguments) const;
    /// The elements of a collection, at most `limit`.
    std::vector<Variant> items(std::size_t limit) const;

    /// The interface's name in the component's type library; empty if there is none.
    std::string type() const;
    /// [{"name":…,"kind":"method|get|put|putref","parameters":[…]},…]
    bridge32::Json members() const;

private:
    IDispatch* dispatch_;
};

}  // namespace com
