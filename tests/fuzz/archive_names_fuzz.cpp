// Any octets as an archive: reading ends, within the limits; what the quick look lets pass is no archive; and
// a listing survives the way from the helper process.
#include <edge/base/assert.h>
#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/entry_name.h>
#include <edge/server/archives/helper_protocol.h>

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace edge;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    ArchiveLimits limits;
    limits.maxEntries = 100;
    limits.maxUnpackedSize = 4 << 20; // bombs end soon
    const auto listing = archiveNames(bytes, limits);

    EDGE_ASSERT(mayBeArchive(bytes) || !listing.isArchive, "what the quick look lets pass is no archive");
    EDGE_ASSERT(listing.isArchive ||
                    (listing.names.empty() && listing.trouble.empty() && !listing.singleFile),
                "what is no archive has nothing inside");
    EDGE_ASSERT(listing.isArchive == !listing.format.empty(), "an archive has a format");
    // The names of ZIP headers are counted twice, each level has its own path.
    EDGE_ASSERT(listing.names.size() <= 4 * limits.maxEntries, "entries are bounded");
    for (const auto& name : listing.names)
        EDGE_ASSERT(name.size() <= 8 * kMaxEntryName, "names are bounded");

    const auto copy = decodeListing(encodeListing(listing));
    EDGE_ASSERT(copy.has_value(), "what we encode can be decoded");
    EDGE_ASSERT(copy->names == listing.names && copy->trouble == listing.trouble, "nothing is lost");
    static_cast<void>(decodeListing(bytes)); // what a helper that was taken over may send
    return 0;
}
