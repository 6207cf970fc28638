// bridge32: the command line tool.
#include "os/environment.hpp"
#include "tool/command/tool.hpp"
#include "tool/terminal/terminal.hpp"

int main(int argc, char** argv) {
    bridge32::tool::prepare_streams();
    bridge32::tool::Tool tool;
    return tool.run(bridge32::os::program_arguments(argc, argv));
}
