// The archives of a Lab: read in the process, because they are the test's own, until the test says what else
// shall happen. Nothing here costs real time: a slow reading is one of virtual time.
#pragma once

#include <edge/archive_lister.h>
#include <edge/base/clock.h>

#include <optional>

namespace edge::testenv {

class ScriptedArchives final : public ArchiveLister {
public:
    explicit ScriptedArchives(Clock& clock)
        : clock_(clock) {}

    // From now on every archive has this inside.
    void answer(ArchiveListing listing);
    // From now on no archive can be read, for a reason of ours.
    void fail(Error error);
    // From now on each answer takes that long.
    void take(Duration time) { delay_ = time; }
    // Reads archives as they are again, at once.
    void reset();
    // Parts that were asked about so far.
    std::size_t asked() const { return asked_; }

    Task<Result<ArchiveListing>> list(std::string_view bytes, ArchiveLimits limits) override;

private:
    Clock& clock_;
    std::optional<Result<ArchiveListing>> scripted_;
    Duration delay_{};
    std::size_t asked_ = 0;
};

} // namespace edge::testenv
