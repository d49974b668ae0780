// ArchiveLister: the names inside an archive, for filters that judge files by name. Hostile archives are its
// everyday business, so the real twin reads them in a helper process with limits; agents only see names or a
// reason why there are none.
#pragma once

#include <edge/base/result.h>
#include <edge/base/task.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

struct ArchiveLimits {
    std::size_t maxEntries = 10'000;              // of all levels together
    int maxDepth = 5;                             // archives within archives
    std::uint64_t maxArchiveSize = 64ULL << 20;   // octets of the archive itself
    std::uint64_t maxUnpackedSize = 256ULL << 20; // octets of inner archives that had to be unpacked
};

struct ArchiveListing {
    bool isArchive = false;         // by its content, whatever its name says
    std::string format;             // "ZIP"; empty where it is none
    std::vector<std::string> names; // UTF-8, with folders as in the archive: "a/b.exe", "inner.zip/b.exe"
    // One file whose name is not stored, as gzip and its like pack it: besides `names` it goes by the
    // archive's own name without the last suffix, so "x.exe.gz" holds an x.exe. Of the outermost archive
    // only.
    bool singleFile = false;
    bool encrypted = false; // names are there, contents are not
    // Broken, over a limit, or the helper died: why; names hold what was seen until then.
    std::string trouble;
};

// Callable from several threads at once.
class ArchiveLister {
public:
    virtual ~ArchiveLister() = default;
    // Errors are ours (no helper process to be had), not the archive's. `bytes` outlives the call.
    virtual Task<Result<ArchiveListing>> list(std::string_view bytes, ArchiveLimits limits) = 0;
};

} // namespace edge
