// ArchiveLister without a helper process: for the Lab and for tests, where the archives are their own.
#pragma once

#include <edge/server/archives/archive_names.h>

namespace edge {

class InProcessArchiveLister final : public ArchiveLister {
public:
    Task<Result<ArchiveListing>> list(std::string_view bytes, ArchiveLimits limits) override {
        co_return archiveNames(bytes, limits);
    }
};

} // namespace edge
