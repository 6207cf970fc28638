// Handles: who may use what, and when it is destroyed.
#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "unit/plugin/fake_host.hpp"

/// A type that only the library knows.
struct lib_camera;

namespace {

using bridge32::Handle;
using bridge32::Json;
using bridge32::test::Loaded;

std::vector<std::string> destroyed;

// A library that hands out pointers to what it does not show.
int cameras[8];
lib_camera* lib_open(int n) { return n < 8 ? reinterpret_cast<lib_camera*>(&cameras[n]) : nullptr; }
int lib_number(const lib_camera* camera) {
    return static_cast<int>(reinterpret_cast<const int*>(camera) - cameras);
}
int lib_close(lib_camera* camera) {
    destroyed.push_back("camera " + std::to_string(lib_number(camera)));
    return 0;
}

enum class Port : int {};

class File {
public:
    explicit File(std::string name) : name_(std::move(name)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() { destroyed.push_back("file " + name_); }
    const std::string& name() const noexcept { return name_; }
    void close() { destroyed.push_back("closed " + name_); }

private:
    std::string name_;
};

/// Holds on to the camera that it is of.
struct Stream {
    explicit Stream(Handle<lib_camera> its_camera) : camera(std::move(its_camera)) {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream() { destroyed.push_back("stream of " + std::to_string(lib_number(camera.get()))); }
    Handle<lib_camera> camera;
};

struct Setup {
    Handle<File> file;
    int gain = 0;
};
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Setup, file, gain)

// By value, as users write it. NOLINTBEGIN(performance-unnecessary-value-param)
/// The client learns of a camera, in an event say, of a plugin that it then does not get.
class TellsAndThrows : public bridge32::Plugin {
public:
    TellsAndThrows() {
        destroyed.clear();
        bridge32::Encoder().value(handle(lib_open(3), lib_close));
        throw std::runtime_error("no light");
    }
};

class Handles : public bridge32::Plugin {
public:
    Handles() {
        destroyed.clear();
        offer_kinds();
        offer_uses();
        offer_lives();
    }
    ~Handles() override { destroyed.emplace_back("plugin"); }
    void on_shutdown() override { destroyed.emplace_back("on_shutdown"); }

private:
    void offer_kinds() {
        method("open", [](int n) { return handle(lib_open(n), lib_close); }, {"n"});
        method("open_port", [](int n) {
            return handle(Port{n}, [](Port port) {
                destroyed.push_back("port " + std::to_string(static_cast<int>(port)));
            });
        });
        method("create", [](const std::string& name) { return make_handle<File>(name); });
        method("create_unique",
               [](const std::string& name) { return handle(std::make_unique<File>(name)); });
        method("create_static", [this](const std::string& name) {
            files_.push_back(std::make_unique<File>(name));
            return handle(files_.back().get(), &File::close);
        });
        method("stream", [](Handle<lib_camera> camera) { return make_handle<Stream>(camera); });
        method("open_all", [](int n) {
            std::map<std::string, Handle<lib_camera>> all;
            for (int i = 0; i < n; ++i)
                all["camera" + std::to_string(i)] = handle(lib_open(i), lib_close);
            return all;
        });
        method("none", [] { return Handle<File>(); });
        method("void", [] { return handle<void>(&cameras[1], [](void*) {}); });
    }

    void offer_uses() {
        method("number", [](const Handle<lib_camera>& camera) { return lib_number(camera.get()); },
               {"camera"});
        method("port", [](Handle<Port> port) { return static_cast<int>(*port); });
        method("name", [](const Handle<File>& file) { return file->name(); }, {"file"});
        method("maybe", [](std::optional<Handle<File>> file) {
            return file ? (*file)->name() : std::string("none");
        });
        method("numbers", [](std::vector<Handle<lib_camera>> all) {
            int sum = 0;
            for (const auto& one : all)
                sum += lib_number(one.get());
            return sum;
        });
        method("same", [](Handle<File> a, Handle<File> b) { return a == b; });
        method("echo", [](Json json) { return json; });
        method("echo_handle", [](Handle<File> file) { return file; });
        method("setup", [](Setup setup) { return setup.file->name(); });
        method("set_up", [] { return Setup{make_handle<File>("set up"), 3}; });
    }

    void offer_lives() {
        method("close", [](const Handle<lib_camera>& camera) {
            camera.destroy();
            return destroyed.size();
        });
        method("close_file", [](Handle<File> file) { file.destroy(); });
        method("close_and_use", [](const Handle<File>& file) {
            file.destroy();
            return file->name();
        });
        method("close_and_return", [](const Handle<File>& file) {
            file.destroy();
            return file;
        });
        method("close_both", [](Handle<File> a, Handle<File> b) {
            a.destroy();
            return b->name();
        });
        method("keep", [this](Handle<File> file) { kept_ = std::move(file); });
        method("kept", [this] { return kept_->name(); });
        method("let_go", [this] { kept_ = {}; });
        method("forget", [] { make_handle<File>("forgotten"); });
        method("bad_destroy", [] {
            return handle(lib_open(1), [](lib_camera*) { throw std::runtime_error("stuck"); });
        });
        method("destroyed", [] { return destroyed; });
    }

    Handle<File> kept_;
    std::vector<std::unique_ptr<File>> files_;
};
// NOLINTEND(performance-unnecessary-value-param)

/// {"method":NAME,"args":[ARGUMENTS…]}; a handle goes as it came.
template <class... A>
Json call(Loaded<Handles>& lib, const std::string& name, const A&... arguments) {
    Json array = Json::array();
    (array.push_back(arguments), ...);
    return lib.result(Json{{"method", name}, {"args", array}}.dump());
}

bool contains(const Json& text, const std::string& part) {
    return text.is_string() && text.get_ref<const std::string&>().find(part) != std::string::npos;
}

Json token(const std::string& type, const std::string& id) {
    return {{"$handle", {{"type", type}, {"id", id}}}};
}

}  // namespace

TEST_CASE("handle: a method returns one, and others get the object") {
    Loaded<Handles> lib;

    const Json camera = call(lib, "open", 3);
    const Json file = call(lib, "create", "a.txt");

    CHECK(camera.at("$handle").at("type") == "lib_camera");
    CHECK(camera.at("$handle").at("id").get<std::string>().size() == 32);
    CHECK(file.at("$handle").at("type") == "File");
    CHECK(call(lib, "number", camera) == 3);
    CHECK(call(lib, "name", file) == "a.txt");
    CHECK(call(lib, "name", call(lib, "create_unique", "b.txt")) == "b.txt");
    CHECK(call(lib, "name", call(lib, "echo_handle", file)) == "a.txt");
    CHECK(call(lib, "same", file, file) == true);
    CHECK(call(lib, "same", file, call(lib, "create", "a.txt")) == false);
    CHECK(call(lib, "destroyed") == Json::array());
}

TEST_CASE("handle: a library's numeric handles can be wrapped") {
    Loaded<Handles> lib;

    const Json port = call(lib, "open_port", 7);

    CHECK(port.at("$handle").at("type") == "Port");
    CHECK(call(lib, "port", port) == 7);
    lib.unload();
    CHECK(destroyed == std::vector<std::string>{"on_shutdown", "port 7", "plugin"});
}

TEST_CASE("handle: in containers, in structs, optional and untyped") {
    Loaded<Handles> lib;
    const Json all = call(lib, "open_all", 4);
    const Json file = call(lib, "create", "a.txt");

    CHECK(call(lib, "numbers", Json{all.at("camera1"), all.at("camera3")}) == 4);
    CHECK(call(lib, "maybe", file) == "a.txt");
    CHECK(call(lib, "maybe", nullptr) == "none");
    CHECK(call(lib, "maybe") == "none");
    CHECK(call(lib, "none").is_null());
    CHECK(call(lib, "echo", Json{{"list", {1, file}}}) == Json{{"list", {1, file}}});
    CHECK(call(lib, "setup", Json{{"file", file}, {"gain", 1}}) == "a.txt");
    CHECK(call(lib, "name", call(lib, "set_up").at("file")) == "set up");
}

TEST_CASE("handle: null and values that are not handles are rejected") {
    Loaded<Handles> lib;

    CHECK(call(lib, "name", nullptr) ==
          "InvalidArgument: argument `file` of name: expected a handle of File, found null");
    CHECK(contains(call(lib, "name", 7), "expected a handle of File, found "));
    CHECK(contains(call(lib, "name", Json{{"type", "File"}}), "expected a handle of File"));
    CHECK(contains(call(lib, "open", call(lib, "create", "a")), "found a handle"));
    CHECK(contains(call(lib, "open", 8), "cannot make a handle for a null lib_camera"));
}

TEST_CASE("handle: a handle of another type is rejected with both types") {
    Loaded<Handles> lib;
    const Json camera = call(lib, "open", 1);

    CHECK(call(lib, "name", camera) ==
          "InvalidArgument: argument `file` of name: expected a handle of File, found a handle of "
          "lib_camera");
    // What the client says of the type counts for nothing.
    const Json renamed = token("File", camera.at("$handle").at("id"));
    CHECK(contains(call(lib, "name", renamed), "found a handle of lib_camera"));
}

TEST_CASE("handle: one that was destroyed is refused, also after others took its place") {
    Loaded<Handles> lib;
    const Json camera = call(lib, "open", 1);

    CHECK(call(lib, "close", camera) == 1);
    CHECK(call(lib, "number", camera) ==
          "InvalidArgument: argument `camera` of number: this handle of lib_camera was destroyed");
    for (int i = 0; i < 100; ++i)
        call(lib, "open", 1);
    CHECK(contains(call(lib, "number", camera), "was destroyed"));
    CHECK(contains(call(lib, "close", camera), "was destroyed"));
    CHECK(call(lib, "destroyed") == Json{"camera 1"});
}

TEST_CASE("handle: forged and foreign ones are refused") {
    Loaded<Handles> lib;
    Loaded<Handles> other;
    const Json file = call(lib, "create", "a.txt");
    const std::string id = file.at("$handle").at("id");

    CHECK(contains(call(other, "name", file), "was not issued to this client"));
    call(other, "create", "b.txt");
    CHECK(contains(call(other, "name", file), "was not issued to this client"));
    for (const std::string& forged :
         {std::string("1"), std::string(32, '0'), std::string(32, 'f'), std::string(32, 'x'),
          id + "0", id.substr(1), id.substr(0, 16) + std::string(16, '0'),
          std::string(16, '0') + id.substr(16), std::string(15, '0') + "9" + id.substr(16),
          std::string(16, 'f') + id.substr(16), std::string(100'000, '1')}) {
        CHECK(contains(call(lib, "name", token("File", forged)), "InvalidArgument: "));
        CHECK(contains(call(lib, "name", token("File", forged)), "was not issued to this client"));
    }
    CHECK(contains(call(lib, "name", token("File", "")), "a handle needs id"));
    CHECK(call(lib, "name", file) == "a.txt");
}

TEST_CASE("handle: destroy runs the library's function at once, and only once") {
    Loaded<Handles> lib;
    const Json file = call(lib, "create_static", "a.txt");

    CHECK(contains(call(lib, "close_and_use", file), "InvalidArgument: this handle of File was"));
    CHECK(call(lib, "destroyed") == Json{"closed a.txt"});
    CHECK(contains(call(lib, "close_and_return", call(lib, "create_static", "b.txt")),
                   "cannot be sent: this handle of File was destroyed"));
    lib.unload();
    CHECK(destroyed == std::vector<std::string>{"closed a.txt", "closed b.txt", "on_shutdown",
                                                "plugin", "file a.txt", "file b.txt"});
}

TEST_CASE("handle: what is still in use is destroyed when the last user lets go") {
    Loaded<Handles> lib;
    const Json file = call(lib, "create", "a.txt");

    CHECK(call(lib, "close_both", file, file) == "a.txt");
    CHECK(call(lib, "destroyed") == Json{"file a.txt"});

    const Json other = call(lib, "create", "b.txt");
    call(lib, "keep", other);
    call(lib, "close_file", other);
    CHECK(contains(call(lib, "name", other), "was destroyed"));
    CHECK(call(lib, "kept") == "b.txt");
    CHECK(call(lib, "destroyed") == Json{"file a.txt"});
    call(lib, "let_go");
    CHECK(call(lib, "destroyed") == Json{"file a.txt", "file b.txt"});
}

TEST_CASE("handle: one that no client got is destroyed with its last copy") {
    Loaded<Handles> lib;

    call(lib, "forget");

    CHECK(call(lib, "destroyed") == Json{"file forgotten"});
}

TEST_CASE("handle: what was forgotten goes after on_shutdown, the newest first") {
    Loaded<Handles> lib;
    const Json camera = call(lib, "open", 1);
    call(lib, "create", "a.txt");
    call(lib, "stream", camera);
    call(lib, "open", 2);
    call(lib, "keep", call(lib, "create", "kept.txt"));

    lib.unload();

    CHECK(destroyed == std::vector<std::string>{"on_shutdown", "file kept.txt", "camera 2",
                                                "stream of 1", "file a.txt", "camera 1", "plugin"});
}

TEST_CASE("handle: one that a throwing constructor told the client of is destroyed") {
    CHECK(bridge32::test::refusal<TellsAndThrows>() ==
          "the constructor of lib threw std::runtime_error: no light");
    CHECK(destroyed == std::vector<std::string>{"camera 3"});
}

TEST_CASE("handle: an object that holds another's handle keeps it") {
    Loaded<Handles> lib;
    const Json camera = call(lib, "open", 1);
    call(lib, "stream", camera);

    call(lib, "close", camera);
    CHECK(call(lib, "destroyed") == Json::array());
    lib.unload();

    CHECK(destroyed ==
          std::vector<std::string>{"on_shutdown", "stream of 1", "camera 1", "plugin"});
}

TEST_CASE("handle: what a destroy function throws is logged") {
    Loaded<Handles> lib;

    CHECK(contains(call(lib, "number", call(lib, "bad_destroy")), "1") == false);
    lib.unload();

    REQUIRE(lib.host().logged.size() == 1);
    CHECK(lib.host().logged.front() ==
          "destroying a lib_camera of lib threw std::runtime_error: stuck");
}

TEST_CASE("handle: can be made only during a call, and used only in the plugin") {
    const auto at_client =
        bridge32::decode<Handle<lib_camera>>(R"({"$handle":{"type":"Camera","id":"1f"}})", {});

    CHECK(at_client);
    CHECK(at_client.type() == "Camera");
    CHECK_THROWS_WITH_AS(at_client.get(), doctest::Contains("exists only in the plugin"),
                         bridge32::Error);
    CHECK_THROWS_AS(at_client.destroy(), bridge32::Error);
    CHECK_THROWS_WITH_AS(Handle<File>().get(), "an empty handle of File was used", bridge32::Error);
    CHECK_FALSE(bridge32::decode<Handle<File>>("null", {}));
    CHECK(Json(at_client) == token("Camera", "1f"));
    CHECK(token("Camera", "1f").get<Handle<struct Anything>>().type() == "Camera");
    CHECK(Json(Handle<File>()).is_null());

    struct Outside : bridge32::Plugin {
        static void make() { make_handle<File>("outside"); }
    };
    CHECK_THROWS_WITH_AS(Outside::make(), doctest::Contains("only during a call"), bridge32::Error);
}

TEST_CASE("handle: types have names for people") {
    using bridge32::detail::type_name;
    CHECK(type_name<Handle<lib_camera>>() == "handle of lib_camera");
    CHECK(type_name<std::vector<Handle<File>>>() == "array of handle of File");
    CHECK(type_name<std::optional<Handle<void>>>() == "optional handle of void");
    CHECK(type_name<const Handle<Port>&>() == "handle of Port");
}
