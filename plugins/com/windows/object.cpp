#include "object.hpp"

#include <bridge32/error.hpp>
#include <bridge32/text.hpp>
#include <cstddef>
#include <iterator>
#include <memory>

#include "failure.hpp"

namespace com {
namespace {

using bridge32::Json;
using bridge32::Wide;

constexpr LCID kLocale = LOCALE_USER_DEFAULT;

CLSID class_of(const std::string& progid) {
    CLSID id{};
    const Wide name(progid);
    const HRESULT result = progid.starts_with('{') ? ::CLSIDFromString(name.w_str(), &id)
                                                   : ::CLSIDFromProgID(name.w_str(), &id);
    if (FAILED(result)) {
        throw bridge32::RemoteError(
            "HRESULT " + hex(result),
            "COM class `" + progid + "` not found (" + describe(result) +
                "). Check that the component is installed and registered for " +
                (sizeof(void*) == 4 ? "32-bit programs (C:\\Windows\\SysWOW64\\regsvr32.exe)"
                                    : "64-bit programs"),
            "");
    }
    return id;
}

/// From GetIDsOfNames: the member's id, then those of its named arguments.
std::vector<DISPID> ids_of(IDispatch* object, const std::string& name, const Json& named) {
    if (name.empty() && named.empty()) {
        return {DISPID_VALUE};
    }
    std::vector<Wide> texts{Wide(name)};
    for (const auto& [key, value] : named.items()) {
        texts.emplace_back(key);
    }
    std::vector<OLECHAR*> names;
    for (const Wide& text : texts) {
        names.push_back(const_cast<OLECHAR*>(text.w_str()));
    }
    std::vector<DISPID> ids(names.size(), DISPID_UNKNOWN);
    const HRESULT result = object->GetIDsOfNames(
        IID_NULL, names.data(), static_cast<UINT>(names.size()), kLocale, ids.data());
    if (ids.front() == DISPID_UNKNOWN && result == DISP_E_UNKNOWNNAME) {
        throw bridge32::MethodNotFound(
            "`" + name + "` is not a member of this object; `members` lists the members");
    }
    if (FAILED(result)) {
        throw bridge32::InvalidArgument(
            "`" + name + "` does not take these named arguments: " + named.dump().substr(0, 200));
    }
    return ids;
}

/// The arguments as Invoke takes them: last one first, named ones before all others.
struct Arguments {
    std::vector<Variant> values;
    std::vector<DISPID> names;

    DISPPARAMS parameters() {
        static_assert(sizeof(Variant) == sizeof(VARIANT));
        return {values.empty() ? nullptr : values.front().get(),
                names.empty() ? nullptr : names.data(), static_cast<UINT>(values.size()),
                static_cast<UINT>(names.size())};
    }

    void add_backwards(const Json& given) {
        if (!given.is_array()) {
            throw bridge32::InvalidArgument("`arguments` must be an array, not " +
                                            given.dump().substr(0, 100));
        }
        for (auto it = given.rbegin(); it != given.rend(); ++it) {
            values.push_back(variant_of(*it));
        }
    }
};

HRESULT invoke(IDispatch* object, DISPID id, WORD kind, Arguments& arguments, Variant* result,
               ExceptionInfo& info, UINT& bad) {
    DISPPARAMS parameters = arguments.parameters();
    return object->Invoke(id, IID_NULL, kLocale, kind, &parameters,
                          result == nullptr ? nullptr : result->get(), &info, &bad);
}

std::string name_of(ITypeInfo* info, MEMBERID id, std::vector<std::string>* parameters) {
    BSTR names[64]{};
    UINT count = 0;
    if (FAILED(info->GetNames(id, names, static_cast<UINT>(std::size(names)), &count))) {
        return "";
    }
    std::string name;
    for (UINT i = 0; i < count; ++i) {
        const std::string text = Wide(names[i], ::SysStringLen(names[i])).utf8();
        ::SysFreeString(names[i]);
        if (i == 0) {
            name = text;
        } else if (parameters != nullptr) {
            parameters->push_back(text);
        }
    }
    return name;
}

struct Release {
    void operator()(IUnknown* object) const { object->Release(); }
};
using TypeInfo = std::unique_ptr<ITypeInfo, Release>;

TypeInfo type_info(IDispatch* object) {
    ITypeInfo* info = nullptr;
    return TypeInfo(FAILED(object->GetTypeInfo(0, kLocale, &info)) ? nullptr : info);
}

const char* kind_name(INVOKEKIND kind) {
    switch (kind) {
        case INVOKE_PROPERTYGET:
            return "get";
        case INVOKE_PROPERTYPUT:
            return "put";
        case INVOKE_PROPERTYPUTREF:
            return "putref";
        default:
            return "method";
    }
}

}  // namespace

Object Object::create(const std::string& progid) {
    void* object = nullptr;
    check(::CoCreateInstance(class_of(progid), nullptr, CLSCTX_SERVER, IID_IDispatch, &object),
          "cannot create a `" + progid + "`");
    return Object(static_cast<IDispatch*>(object));
}

Object Object::active(const std::string& progid) {
    IUnknown* running = nullptr;
    check(::GetActiveObject(class_of(progid), nullptr, &running),
          "no running object of `" + progid + "`");
    const std::unique_ptr<IUnknown, Release> held(running);
    void* object = nullptr;
    check(running->QueryInterface(IID_IDispatch, &object),
          "the running object of `" + progid + "` cannot be called by name");
    return Object(static_cast<IDispatch*>(object));
}

Variant Object::call(const std::string& name, const Json& arguments, const Json& named) const {
    const std::vector<DISPID> ids = ids_of(dispatch_, name, named);
    Arguments given;
    for (const auto& [key, value] : named.items()) {
        given.values.push_back(variant_of(value));
    }
    given.names.assign(ids.begin() + 1, ids.end());
    given.add_backwards(arguments);
    Variant result;
    ExceptionInfo info;
    UINT bad = 0;
    // Both flags, as Visual Basic passes them: some components accept only one of the two.
    const HRESULT code = invoke(dispatch_, ids.front(), DISPATCH_METHOD | DISPATCH_PROPERTYGET,
                                given, &result, info, bad);
    if (FAILED(code)) {
        fail_invoke(code, name, info, bad, static_cast<unsigned>(given.values.size()));
    }
    return result;
}

void Object::put(const std::string& name, const Json& value, const Json& arguments) const {
    const DISPID id = ids_of(dispatch_, name, Json::object()).front();
    Arguments given;
    given.values.push_back(variant_of(value));
    given.names.push_back(DISPID_PROPERTYPUT);
    given.add_backwards(arguments);
    ExceptionInfo info;
    UINT bad = 0;
    const bool is_object = given.values.front()->vt == VT_DISPATCH;
    // `Set x.y = z` in Visual Basic; if the component does not support that, `x.y = z`.
    HRESULT code = invoke(dispatch_, id, is_object ? DISPATCH_PROPERTYPUTREF : DISPATCH_PROPERTYPUT,
                          given, nullptr, info, bad);
    if (is_object && (code == DISP_E_MEMBERNOTFOUND || code == E_NOTIMPL ||
                      (code == DISP_E_EXCEPTION && info.scode == E_NOTIMPL))) {
        info.clear();
        code = invoke(dispatch_, id, DISPATCH_PROPERTYPUT, given, nullptr, info, bad);
    }
    if (FAILED(code)) {
        fail_invoke(code, name, info, bad, static_cast<unsigned>(given.values.size()));
    }
}

std::vector<Variant> Object::items(std::size_t limit) const {
    Arguments none;
    Variant result;
    ExceptionInfo info;
    UINT bad = 0;
    const HRESULT code = invoke(dispatch_, DISPID_NEWENUM, DISPATCH_METHOD | DISPATCH_PROPERTYGET,
                                none, &result, info, bad);
    void* found = nullptr;
    if (FAILED(code) || (result->vt != VT_UNKNOWN && result->vt != VT_DISPATCH) ||
        result->punkVal == nullptr ||
        FAILED(result->punkVal->QueryInterface(IID_IEnumVARIANT, &found))) {
        throw bridge32::InvalidArgument("this object is not a collection: it has no _NewEnum");
    }
    const std::unique_ptr<IEnumVARIANT, Release> each(static_cast<IEnumVARIANT*>(found));
    std::vector<Variant> items;
    while (items.size() < limit) {
        Variant item;
        ULONG fetched = 0;
        const HRESULT next = each->Next(1, item.get(), &fetched);
        check(next, "the next element of the collection");
        if (next != S_OK || fetched == 0) {
            break;
        }
        items.push_back(std::move(item));
    }
    return items;
}

std::string Object::type() const {
    const TypeInfo info = type_info(dispatch_);
    BSTR name = nullptr;
    if (info == nullptr ||
        FAILED(info->GetDocumentation(MEMBERID_NIL, &name, nullptr, nullptr, nullptr))) {
        return "";
    }
    const std::string text = Wide(name, ::SysStringLen(name)).utf8();
    ::SysFreeString(name);
    return text;
}

Json Object::members() const {
    Json members = Json::array();
    const TypeInfo info = type_info(dispatch_);
    TYPEATTR* about = nullptr;
    if (info == nullptr || FAILED(info->GetTypeAttr(&about))) {
        return members;
    }
    const UINT count = about->cFuncs;
    info->ReleaseTypeAttr(about);
    for (UINT i = 0; i < count; ++i) {
        FUNCDESC* function = nullptr;
        if (FAILED(info->GetFuncDesc(i, &function))) {
            continue;
        }
        // The members of IUnknown and IDispatch are restricted.
        if ((function->wFuncFlags & FUNCFLAG_FRESTRICTED) == 0) {
            std::vector<std::string> parameters;
            std::string name = name_of(info.get(), function->memid, &parameters);
            members.push_back({{"name", std::move(name)},
                               {"kind", kind_name(function->invkind)},
                               {"parameters", std::move(parameters)}});
        }
        info->ReleaseFuncDesc(function);
    }
    return members;
}

}  // namespace com
