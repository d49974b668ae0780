#include <edge/base/text.h>
#include <edge/server/archives/confinement.h>

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) ||     \
    __has_feature(thread_sanitizer)
#define EDGE_SANITIZED 1
#else
#define EDGE_SANITIZED 0
#endif

namespace edge {
namespace {

constexpr bool kSanitized = EDGE_SANITIZED == 1;

// The archive and what its inner ones unpack to (ArchiveLimits), a buffer that grows, dictionaries of the
// unpackers, and the program itself.
constexpr rlim_t kAddressSpace = 1536ULL << 20;
// 0 to 2 and the archive's.
constexpr rlim_t kDescriptors = 4;

struct Limit {
    decltype(RLIMIT_AS) resource;
    rlim_t value;
    const char* name;
    bool alsoSanitized;
};

constexpr Limit kLimits[] = {
    {RLIMIT_CORE, 0, "core files", true},        {RLIMIT_FSIZE, 0, "file size", true},
    {RLIMIT_NPROC, 0, "processes", false},       {RLIMIT_NOFILE, kDescriptors, "descriptors", false},
    {RLIMIT_AS, kAddressSpace, "memory", false},
};

// What computing, allocating and answering need. Everything else fails with EPERM; starting a program ends
// the process.
constexpr int kAllowed[] = {
    SCMP_SYS(read),           SCMP_SYS(write),
    SCMP_SYS(recvmsg),        SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),        SCMP_SYS(close),
    SCMP_SYS(fstat),          SCMP_SYS(newfstatat),
    SCMP_SYS(mmap),           SCMP_SYS(munmap),
    SCMP_SYS(mremap),         SCMP_SYS(mprotect),
    SCMP_SYS(madvise),        SCMP_SYS(brk),
    SCMP_SYS(futex),          SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),   SCMP_SYS(time),
    SCMP_SYS(getrandom),      SCMP_SYS(getrusage),
    SCMP_SYS(rt_sigreturn),   SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(getpid),
    SCMP_SYS(gettid),         SCMP_SYS(tgkill),
    SCMP_SYS(prlimit64),      SCMP_SYS(setrlimit),
    SCMP_SYS(sched_yield),    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
};

constexpr int kDeadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat)};

bool filterSystemCalls() {
    const std::unique_ptr<void, void (*)(scmp_filter_ctx)> filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)),
                                                                  seccomp_release);
    if (!filter)
        return false;
    for (const int call : kAllowed)
        if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) != 0)
            return false;
    for (const int call : kDeadly)
        if (seccomp_rule_add(filter.get(), SCMP_ACT_KILL_PROCESS, call, 0) != 0)
            return false;
    return seccomp_load(filter.get()) == 0;
}

} // namespace

std::string confineProcess() {
    std::vector<std::string> missing;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        missing.emplace_back("no_new_privs");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        missing.emplace_back("dumpable");
    for (const auto& limit : kLimits) {
        if (kSanitized && !limit.alsoSanitized)
            continue;
        const rlimit value{limit.value, limit.value};
        if (setrlimit(limit.resource, &value) != 0)
            missing.emplace_back(limit.name);
    }
    if (!kSanitized && !filterSystemCalls())
        missing.emplace_back("system calls");
    return missing.empty() ? std::string{} : "this system does not limit: " + join(missing, ", ");
}

void limitProcessorTime(std::uint64_t seconds) {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto spent = used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1;
    rlimit value{};
    getrlimit(RLIMIT_CPU, &value);
    value.rlim_cur = std::min(static_cast<rlim_t>(spent) + seconds, value.rlim_max);
    setrlimit(RLIMIT_CPU, &value);
}

} // namespace edge
