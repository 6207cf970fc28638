// The plugin `com`: COM automation, calls the members of any component by name.
#include <bridge32/plugin.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "object.hpp"
#include "variant.hpp"

namespace {

using bridge32::Json;
using com::Object;
using Given = std::optional<bridge32::Handle<Object>>;

/// With `mode = in_process`, the plugin runs on threads that the program must initialise.
void require_apartment() {
    APTTYPE type{};
    APTTYPEQUALIFIER qualifier{};
    if (FAILED(::CoGetApartmentType(&type, &qualifier))) {
        throw bridge32::PluginError(
            "com: COM is not initialised on this thread. Call CoInitializeEx on the thread that "
            "creates the client and use the client only there, or use a host");
    }
}

class Com : public bridge32::Plugin {
public:
    static constexpr auto apartment = bridge32::Apartment::sta;

    explicit Com(const Json& kwargs) {
        require_apartment();
        if (kwargs.contains("progid")) {
            root_ = create(kwargs.at("progid").get<std::string>());
            property(
                "object", [this] { return *root_; }, "The object created for the kwarg progid.");
        }
        method("create", create, {"progid"}, "Create an object of a class: a ProgID or {CLSID}.");
        method(
            "active",
            [](const std::string& progid) {
                return handle(std::make_unique<Object>(Object::active(progid)));
            },
            {"progid"}, "Get the running object of a class.");
        method("call", &Com::call,
               {"object", "member", {"arguments", Json::array()}, {"named", Json::object()}},
               "Call a method, or read a property (with indices).");
        method(
            "get",
            [this](const Given& object, const std::string& member, const Json& arguments) {
                return call(object, member, arguments, Json::object());
            },
            {"object", "member", {"arguments", Json::array()}}, "Read a property.");
        method(
            "set",
            [this](const Given& object, const std::string& member, const Json& value,
                   const Json& arguments) { target(object).put(member, value, arguments); },
            {"object", "member", "value", {"arguments", Json::array()}},
            "Write a property (with indices).");
        method("items", &Com::items, {"object", {"limit", nullptr}},
               "Get the elements of a collection, up to a limit.");
        method(
            "members", [this](const Given& object) { return target(object).members(); }, {"object"},
            "List an object's members, if its component describes them.");
        method(
            "type", [this](const Given& object) { return target(object).type(); }, {"object"},
            "Get the name of an object's interface, if its component describes it.");
        method(
            "release", [](const bridge32::Handle<Object>& object) { object.destroy(); }, {"object"},
            "Release an object.");
    }

private:
    static bridge32::Handle<Object> create(const std::string& progid) {
        return handle(std::make_unique<Object>(Object::create(progid)));
    }

    static Json keep(IDispatch* object) {
        object->AddRef();
        return handle(std::make_unique<Object>(object));
    }

    const Object& target(const Given& object) const {
        if (!object && !root_) {
            throw bridge32::InvalidArgument(
                "no object: pass a handle, or null for the object of the kwarg progid");
        }
        return object ? **object : **root_;
    }

    Json call(const Given& object, const std::string& member, const Json& arguments,
              const Json& named) const {
        const com::Variant result = target(object).call(member, arguments, named);
        return com::json_of(*result.operator->(), keep);
    }

    Json items(const Given& object, std::optional<std::uint32_t> limit) const {
        Json all = Json::array();
        constexpr auto kAll = std::numeric_limits<std::size_t>::max();
        for (const com::Variant& item : target(object).items(limit ? *limit : kAll)) {
            all.push_back(com::json_of(*item.operator->(), keep));
        }
        return all;
    }

    std::optional<bridge32::Handle<Object>> root_;
};

}  // namespace

BRIDGE32_PLUGIN(Com)
