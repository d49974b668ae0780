// An archive helper that behaves as the test wants, by its first argument: as the real one, or in one of the
// ways in which a helper goes wrong. Started by helper_pool_test.
#include <edge/server/archives/confinement.h>
#include <edge/server/archives/helper_main.h>
#include <edge/server/archives/helper_protocol.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace edge;

void say(std::string_view bytes) {
    static_cast<void>(send(0, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void answer(std::string_view bytes) {
    const auto length = static_cast<AnswerLength>(bytes.size());
    say({reinterpret_cast<const char*>(&length), sizeof length});
    say(bytes);
}

void hear() {
    std::array<char, sizeof(HelperRequest)> request{};
    static_cast<void>(recv(0, request.data(), request.size(), MSG_WAITALL));
}

void probe() {
    ArchiveListing listing;
    const auto note = [&listing](const char* what, int result) {
        listing.names.push_back(std::string(what) + (result < 0 ? " refused" : " allowed"));
    };
    note("open", open("/etc/passwd", O_RDONLY | O_CLOEXEC));
    note("socket", socket(AF_INET, SOCK_STREAM, 0));
    note("fork", fork());
    note("kill", kill(getppid(), 0));
    answer(encodeListing(listing));
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view mode = argc > 1 ? argv[1] : "real";
    if (mode == "real")
        return runArchiveHelper();
    if (mode == "stillborn")
        return 3;
    if (mode == "probes" || mode == "starts-a-program")
        answer(confineProcess());
    else
        answer(mode == "unconfined" ? "this system does not limit: memory" : "");
    hear();
    if (mode == "crashes")
        std::raise(SIGKILL);
    if (mode == "babbles")
        answer("\xFF\xFF\xFF\xFF what?");
    if (mode == "endless")
        say("\xFF\xFF\xFF\xFF");
    if (mode == "probes")
        probe();
    if (mode == "starts-a-program")
        execl("/bin/true", "true", nullptr);
    if (mode == "unconfined")
        answer(encodeListing({}));
    pause(); // until killed
    return 0;
}
