#include <edge/server/archives/archive_names.h>
#include <edge/testenv/scripted_archives.h>

namespace edge::testenv {

void ScriptedArchives::answer(ArchiveListing listing) {
    scripted_ = std::move(listing);
}

void ScriptedArchives::fail(Error error) {
    scripted_ = std::move(error);
}

void ScriptedArchives::reset() {
    scripted_.reset();
    delay_ = {};
}

Task<Result<ArchiveListing>> ScriptedArchives::list(std::string_view bytes, ArchiveLimits limits) {
    ++asked_;
    if (delay_ > Duration::zero()) {
        auto waiting = clock_.waitUntil(clock_.steadyNow() + delay_);
        co_await std::move(waiting);
    }
    if (scripted_)
        co_return *scripted_;
    co_return archiveNames(bytes, limits);
}

} // namespace edge::testenv
