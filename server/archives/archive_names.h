// Octets to the names inside: the whole work of reading an archive, in this process and at once. Hostile
// input can still find a fault in libarchive, so the running server does this in a helper process; the Lab,
// the tests and the fuzz target call it directly.
#pragma once

#include <edge/archive_lister.h>

#include <string_view>

namespace edge {

// What is inside `bytes`, down to limits.maxDepth.
ArchiveListing archiveNames(std::string_view bytes, const ArchiveLimits& limits);

// The answer where not even looking is allowed: an archive of more octets than limits.maxArchiveSize.
ArchiveListing tooLargeArchive(std::size_t size, const ArchiveLimits& limits);

} // namespace edge
