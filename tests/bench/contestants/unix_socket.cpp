// What one writes by hand: a Unix socket, a length before each message, nlohmann::json on both
// sides.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "contestants.hpp"
#include "server.hpp"

namespace bench {

namespace {

using Json = nlohmann::json;

void write_all(int file, const void* data, std::size_t size) {
    for (const char* at = static_cast<const char*>(data); size > 0;) {
        const ssize_t written = ::write(file, at, size);
        if (written <= 0) throw std::system_error(errno, std::generic_category(), "write");
        at += written;
        size -= static_cast<std::size_t>(written);
    }
}

bool read_all(int file, void* data, std::size_t size) {
    for (char* at = static_cast<char*>(data); size > 0;) {
        const ssize_t got = ::read(file, at, size);
        if (got <= 0) return false;
        at += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

void send(int file, const Json& message) {
    const std::string text = message.dump();
    std::string frame(4, '\0');
    const auto size = static_cast<std::uint32_t>(text.size());
    std::memcpy(frame.data(), &size, 4);
    frame += text;
    write_all(file, frame.data(), frame.size());
}

bool receive(int file, Json& message) {
    std::uint32_t size = 0;
    if (!read_all(file, &size, sizeof size)) return false;
    std::string text(size, '\0');
    if (!read_all(file, text.data(), size)) return false;
    message = Json::parse(text);
    return true;
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

class UnixSocket : public Pair {
public:
    UnixSocket()
        : path_(folder_.file("socket")),
          server_(server_program(32), {"unix_socket", path_}),
          socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto address = address_of(path_);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::system_error(errno, std::generic_category(), "connect");
        }
    }
    ~UnixSocket() override { ::close(socket_); }

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] {
            send(socket_, {{"method", "add"}, {"args", {1, 2}}, {"kwargs", Json::object()}});
            Json reply;
            receive(socket_, reply);
            check_sum(reply.at("result").get<int>());
        });
    }

private:
    TemporaryFolder folder_;
    std::string path_;
    Server server_;
    int socket_;
};

}  // namespace

Contestant unix_socket() {
    return {"unix_socket", "Unix socket, nlohmann::json by hand", 32,
            [] { return std::make_unique<UnixSocket>(); }};
}

void serve_unix_socket(const std::string& path) {
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const auto address = address_of(path);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 1) != 0) {
        throw std::system_error(errno, std::generic_category(), "bind " + path);
    }
    say_ready();
    const int client = ::accept(listener, nullptr, nullptr);
    for (Json request; receive(client, request);) {
        if (request.at("method") != "add") break;
        const auto& args = request.at("args");
        send(client, {{"result", args.at(0).get<std::int32_t>() + args.at(1).get<std::int32_t>()}});
    }
}

}  // namespace bench
