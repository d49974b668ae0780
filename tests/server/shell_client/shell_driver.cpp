// `edgesim shell` without the rest of the program, for the tests that type at it: the one argument is the
// data directory.
#include <edge/server/shell_client/shell_client.h>

int main(int, char** argv) {
    edge::ShellClientOptions options;
    options.dataDirectory = argv[1];
    return edge::runShell(options);
}
