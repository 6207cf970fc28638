// gRPC over a Unix socket, the synchronous API. Debian has it in 32 bit only for its i386
// architecture, so the server is 64-bit.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <stdexcept>

#include "contestants.hpp"
#include "grpc.grpc.pb.h"
#include "server.hpp"

namespace bench {

namespace {

class Service : public Adder::Service {
    ::grpc::Status Add(::grpc::ServerContext* /*context*/, const Numbers* numbers,
                       Sum* sum) override {
        sum->set_sum(numbers->a() + numbers->b());
        return ::grpc::Status::OK;
    }
};

class Grpc : public Pair {
public:
    Grpc()
        : address_("unix:" + folder_.file("grpc")),
          server_(server_program(64), {"grpc", address_}),
          stub_(Adder::NewStub(
              ::grpc::CreateChannel(address_, ::grpc::InsecureChannelCredentials()))) {}

    Timing measure(const Budget& budget) override {
        return time_calls(budget, [this] {
            Numbers numbers;
            numbers.set_a(1);
            numbers.set_b(2);
            Sum sum;
            ::grpc::ClientContext context;
            const auto status = stub_->Add(&context, numbers, &sum);
            if (!status.ok()) throw std::runtime_error("gRPC: " + status.error_message());
            check_sum(sum.sum());
        });
    }

private:
    TemporaryFolder folder_;
    std::string address_;
    Server server_;
    std::unique_ptr<Adder::Stub> stub_;
};

}  // namespace

Contestant grpc() {
    return {"grpc", "gRPC over a Unix socket", 64, [] { return std::make_unique<Grpc>(); }};
}

void serve_grpc(const std::string& address) {
    Service service;
    ::grpc::ServerBuilder builder;
    builder.AddListeningPort(address, ::grpc::InsecureServerCredentials());
    builder.RegisterService(&service);
    const auto server = builder.BuildAndStart();
    if (server == nullptr) throw std::runtime_error("gRPC cannot listen at " + address);
    say_ready();
    server->Wait();
}

}  // namespace bench
