#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/archive_reader.h>
#include <edge/server/archives/confinement.h>
#include <edge/server/archives/helper_main.h>
#include <edge/server/archives/helper_protocol.h>
#include <edge/server/net/owned_fd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <new>
#include <optional>

namespace edge {
namespace {

constexpr int kSocket = 0;
constexpr int kNotStartedByServer = 2; // as for any wrong command line

bool isSocket() {
    struct stat status {};
    return fstat(kSocket, &status) == 0 && S_ISSOCK(status.st_mode);
}

struct Job {
    HelperRequest request;
    OwnedFd archive;
};

// The next request with its descriptor; none when the server is gone or says something else.
std::optional<Job> nextJob() {
    Job job{};
    iovec part{&job.request, sizeof job.request};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    ssize_t size = 0;
    do
        size = recvmsg(kSocket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (size < 0 && errno == EINTR);
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (size != sizeof job.request || header == nullptr || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int)))
        return std::nullopt;
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    job.archive = OwnedFd(fd);
    return job;
}

bool sendAll(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool answer(std::string_view bytes) {
    const auto length = static_cast<AnswerLength>(bytes.size());
    return sendAll({reinterpret_cast<const char*>(&length), sizeof length}) && sendAll(bytes);
}

// The archive in memory, for as long as it lives.
class Mapping {
public:
    explicit Mapping(const OwnedFd& file) {
        struct stat status {};
        if (fstat(file.get(), &status) != 0 || status.st_size <= 0)
            return;
        void* start =
            mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file.get(), 0);
        if (start != MAP_FAILED)
            bytes_ = {static_cast<const char*>(start), static_cast<std::size_t>(status.st_size)};
    }
    ~Mapping() {
        if (!bytes_.empty())
            munmap(const_cast<char*>(bytes_.data()), bytes_.size());
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    std::string_view bytes() const { return bytes_; }

private:
    std::string_view bytes_;
};

ArchiveListing listingOf(const Job& job) {
    const Mapping archive(job.archive);
    try {
        return archiveNames(archive.bytes(), limitsOf(job.request));
    } catch (const std::bad_alloc&) {
        ArchiveListing listing;
        listing.isArchive = true;
        listing.trouble = "needs more memory than allowed";
        return listing;
    }
}

// What would open files later: names' character set and the time zone, which ZIP dates ask for.
void warmUp() {
    setlocale(LC_CTYPE, "C.UTF-8");
    tzset();
}

} // namespace

int runArchiveHelper() {
    // A stop of the server is for the server: sessions that are still being served may need an answer. The
    // end of the socket ends the helper.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_NAME, "archive-helper", 0, 0, 0);
    warmUp();
    const Utf8Names utf8;
    if (!isSocket()) {
        std::fputs("edgesim: archive-helper is started by edgesim serve, to read archives for it\n", stderr);
        return kNotStartedByServer;
    }
    if (!answer(confineProcess()))
        return 0;
    while (const auto job = nextJob()) {
        limitProcessorTime(job->request.cpuSeconds);
        if (!answer(encodeListing(listingOf(*job))))
            break;
    }
    return 0;
}

} // namespace edge
