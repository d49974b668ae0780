#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/archive_reader.h>
#include <edge/server/archives/entry_name.h>
#include <edge/server/archives/zip_names.h>

#include <algorithm>
#include <set>

namespace edge {
namespace {

using Kind = ArchiveReader::Kind;
using Step = ArchiveReader::Step;

// One archive on the way down.
struct Level {
    std::string_view bytes;
    std::string folder; // what stands before the names: "inner.zip/"; empty for the outermost
    std::string name;   // the archive's own; empty for the outermost
    int depth = 0;
};

// The file name in a gzip header (RFC 1952 2.3.1), which unpackers restore; empty where there is none.
std::string_view gzipName(std::string_view bytes) {
    constexpr unsigned kExtra = 4, kName = 8;
    constexpr std::size_t kHeader = 10;
    if (bytes.size() < kHeader || !bytes.starts_with("\x1F\x8B"))
        return {};
    const auto octet = [bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    const auto flags = octet(3);
    auto at = kHeader;
    if ((flags & kName) == 0)
        return {};
    if ((flags & kExtra) != 0) {
        if (bytes.size() < at + 2)
            return {};
        at += 2U + octet(at) + (static_cast<std::size_t>(octet(at + 1)) << 8U);
    }
    if (at >= bytes.size())
        return {};
    const auto name = bytes.substr(at, kMaxEntryName);
    return name.substr(0, name.find('\0'));
}

class Walk {
public:
    explicit Walk(const ArchiveLimits& limits)
        : limits_(limits) {}

    ArchiveListing run(std::string_view bytes) {
        Level outermost;
        outermost.bytes = bytes;
        listing_.format = walk(outermost);
        return std::move(listing_);
    }

private:
    // The format's name; empty where it is no archive.
    std::string walk(const Level& level);
    std::string walkCompressed(const Level& level);
    std::string walkEntries(const Level& level);
    void takeEntry(const Level& level, ArchiveReader& reader);
    void lookInside(const Level& level, ArchiveReader& reader, const std::string& name);
    // Names by the octets alone; false where there are none.
    bool takeZipNames(const Level& level);
    // False when `depth` is too deep.
    bool mayDescend(int depth);
    // One more entry; false when there are too many.
    bool count();
    void add(std::string name);
    void trouble(std::string what);

    const ArchiveLimits limits_;
    ArchiveListing listing_;
    std::set<std::string, std::less<>> seen_;
    std::size_t entries_ = 0;
    std::uint64_t unpacked_ = 0;
    bool full_ = false; // a limit on everything was reached: nothing more is read
};

// The first one is the cause.
void Walk::trouble(std::string what) {
    if (listing_.trouble.empty())
        listing_.trouble = std::move(what);
}

void Walk::add(std::string name) {
    if (seen_.insert(name).second)
        listing_.names.push_back(std::move(name));
}

bool Walk::count() {
    if (entries_ < limits_.maxEntries) {
        ++entries_;
        return true;
    }
    full_ = true;
    trouble("more than " + std::to_string(limits_.maxEntries) + " entries");
    return false;
}

bool Walk::mayDescend(int depth) {
    if (depth <= limits_.maxDepth)
        return true;
    trouble("archives within archives, more than " + std::to_string(limits_.maxDepth) + " deep");
    return false;
}

std::string Walk::walk(const Level& level) {
    if (full_ || !mayBeArchive(level.bytes))
        return {};
    const bool hasZipNames = takeZipNames(level);
    if (full_)
        return "ZIP"; // libarchive would read the whole directory first
    auto format = walkCompressed(level);
    if (format.empty())
        format = walkEntries(level);
    return format.empty() && hasZipNames ? "ZIP" : format;
}

// gzip and its like: what is inside is read to memory, then looked at as if it had come so.
std::string Walk::walkCompressed(const Level& level) {
    ArchiveReader reader(level.bytes, Kind::Compressed);
    const auto step = reader.next();
    if (!reader.recognised())
        return {};
    const auto room = limits_.maxUnpackedSize - std::min(limits_.maxUnpackedSize, unpacked_);
    std::string content;
    const bool whole = step == Step::End || (step == Step::Entry && reader.read(content, room + 1));
    const auto format = reader.format();
    if (content.empty() && !whole && compressionMark(level.bytes).empty())
        return {}; // by chance: nothing comes out of it
    listing_.isArchive = true;
    if (!whole)
        trouble("damaged " + format + ": " + reader.complaint());
    if (content.size() > room) {
        content.resize(room);
        trouble("unpacks to more than " + std::to_string(limits_.maxUnpackedSize) + " octets");
    }
    unpacked_ += content.size();
    if (!mayDescend(level.depth + reader.layers()))
        return format;

    Level inner{content, level.folder, level.name.empty() ? "" : unpackedName(level.name),
                level.depth + reader.layers()};
    const auto innerFormat = walk(inner);
    if (!innerFormat.empty())
        return innerFormat + " in " + format;
    if (!count())
        return format;
    if (const auto stored = gzipName(level.bytes); !stored.empty())
        add(level.folder + entryName(stored));
    if (level.name.empty())
        listing_.singleFile = true;
    else
        add(level.folder + inner.name);
    return format;
}

std::string Walk::walkEntries(const Level& level) {
    ArchiveReader reader(level.bytes, Kind::Entries);
    for (;;) {
        const auto step = reader.next();
        if (!reader.recognised())
            return {};
        listing_.isArchive = true;
        if (reader.hasEncrypted())
            listing_.encrypted = true;
        if (step == Step::Broken || step == Step::Damaged)
            trouble("damaged " + reader.format() + ": " + reader.complaint());
        if (step == Step::Broken || step == Step::End || !count())
            return reader.format();
        if (step == Step::Entry)
            takeEntry(level, reader);
        if (full_)
            return reader.format();
    }
}

// Whatever stands in front of the ZIP: readers of ZIP begin at the end.
bool Walk::takeZipNames(const Level& level) {
    if (!level.bytes.starts_with("PK") && !endsAsZip(level.bytes))
        return false;
    std::size_t names = 0;
    forEachZipName(level.bytes, [&](const ZipName& name) {
        listing_.isArchive = true;
        listing_.encrypted = listing_.encrypted || name.encrypted;
        add(level.folder + entryName(name.octets));
        // Every name stands there twice.
        full_ = ++names > 2 * (limits_.maxEntries - std::min(limits_.maxEntries, entries_));
        return !full_;
    });
    if (full_)
        trouble("more than " + std::to_string(limits_.maxEntries) + " entries");
    return names > 0;
}

void Walk::takeEntry(const Level& level, ArchiveReader& reader) {
    if (reader.isEncrypted())
        listing_.encrypted = true;
    if (reader.isFolder())
        return;
    const auto name = entryName(reader.name());
    if (!name.empty())
        add(level.folder + name);
    else if (level.name.empty())
        listing_.singleFile = true; // 7-ZIP leaves the name of its only file out
    else
        add(level.folder + unpackedName(level.name));
    if (reader.isFile() && !reader.isEncrypted())
        lookInside(level, reader, name);
}

// The first octets tell whether the entry is an archive; only then all of it is unpacked.
void Walk::lookInside(const Level& level, ArchiveReader& reader, const std::string& name) {
    std::string content;
    bool whole = reader.read(content, kArchiveHead);
    if (mayBeArchive(content)) {
        const auto room = limits_.maxUnpackedSize - std::min(limits_.maxUnpackedSize, unpacked_);
        if (whole)
            whole = reader.read(content, room + 1);
        if (content.size() > room) {
            full_ = true;
            trouble("inner archives unpack to more than " + std::to_string(limits_.maxUnpackedSize) +
                    " octets");
            return;
        }
        unpacked_ += content.size();
        if (mayDescend(level.depth + 1))
            walk({content, level.folder + name + "/", name, level.depth + 1});
    }
    if (!whole)
        trouble("content of " + name + " cannot be read: " + reader.complaint());
}

} // namespace

ArchiveListing archiveNames(std::string_view bytes, const ArchiveLimits& limits) {
    if (bytes.size() > limits.maxArchiveSize)
        return mayBeArchive(bytes) ? tooLargeArchive(bytes.size(), limits) : ArchiveListing{};
    const Utf8Names utf8;
    return Walk(limits).run(bytes);
}

ArchiveListing tooLargeArchive(std::size_t size, const ArchiveLimits& limits) {
    ArchiveListing listing;
    listing.isArchive = true;
    listing.trouble = std::to_string(size) + " octets, more than " + std::to_string(limits.maxArchiveSize);
    return listing;
}

} // namespace edge
