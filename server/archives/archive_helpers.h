// The ArchiveLister of the running server: archives are read by helper processes, and a thread of its own
// speaks with them, so that no session's thread waits for an unpacker. Parts that cannot be archives never
// leave the session.
#pragma once

#include <edge/server/archives/helper_pool.h>

namespace edge {

class ArchiveHelpers final : public ArchiveLister {
public:
    // Starts the thread; helpers are started when they are needed. An empty command: this program's own
    // helper.
    ArchiveHelpers(Clock& clock, ArchiveHelperSettings settings);
    // stop().
    ~ArchiveHelpers() override;

    Task<Result<ArchiveListing>> list(std::string_view bytes, ArchiveLimits limits) override;

    // Whom to tell what an operator should know; to be set before the first archive comes.
    void onWarning(std::function<void(const std::string&)> warning);

    // Kills the helpers; who still waits for one is answered. To be called before the loops of the callers
    // are destroyed: an answer must find its loop.
    void stop();

private:
    struct Thread;
    std::unique_ptr<Thread> thread_;
};

} // namespace edge
