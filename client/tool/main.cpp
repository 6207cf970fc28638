// bridge32: the command line tool.
#include "os/environment.hpp"
#include "tool/terminal/terminal.hpp"
#include "tool/tool.hpp"

int main(int argc, char** argv) {
    using namespace bridge32::tool;
    prepare_streams();
    Tool tool;
    for (const auto add : {add_doctor, add_inspect, add_new, add_list, add_describe, add_call,
                           add_repl, add_stub, add_hosts, add_completion})
        add(tool);
    return tool.run(bridge32::os::program_arguments(argc, argv));
}
