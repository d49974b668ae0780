// One archive in memory, read through libarchive: the only place that knows it. Formats and compressions are
// enabled by name, because some of libarchive's start programs to do their work; compressions are read apart
// from formats, so that what they unpack to is counted before anybody looks into it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct archive;
struct archive_entry;

namespace edge {

class ArchiveReader {
public:
    enum class Kind {
        Entries,    // formats that hold files: ZIP, TAR, ...
        Compressed, // one file, packed by gzip or the like, once or several times
    };
    enum class Step { Entry, End, Damaged, Broken }; // Damaged: this entry only

    // `bytes` outlives the reader.
    ArchiveReader(std::string_view bytes, Kind kind);

    // Moves to the next entry. A compressed file has exactly one.
    Step next();
    // Is it of a format that we read? Known after the first next().
    bool recognised() const;
    // "ZIP", "GZIP"; of several compressions the outermost.
    std::string format() const;
    // Compressions around the content.
    int layers() const;

    // The entry's name as stored; empty where the archive has none. Valid until next().
    std::string_view name() const;
    bool isFile() const;
    bool isFolder() const;
    bool isEncrypted() const;
    // True when the archive says that even its names are encrypted, or some content is.
    bool hasEncrypted() const;

    // Appends content of the entry to `into` until that has `limit` octets or the content ends; false when it
    // cannot be read on.
    bool read(std::string& into, std::size_t limit);
    // What libarchive says about the last failure.
    std::string complaint() const;

private:
    struct Close {
        void operator()(archive* handle) const;
    };

    std::unique_ptr<archive, Close> archive_;
    archive_entry* entry_ = nullptr;
    std::string_view bytes_;
    bool opened_ = false;
    Kind kind_;
};

// While it lives, this thread reads and writes names as UTF-8 whatever the program's locale is: libarchive
// asks the C library. The helper process, which may open no files any more, holds one from its beginning.
class Utf8Names {
public:
    Utf8Names();
    ~Utf8Names();
    Utf8Names(const Utf8Names&) = delete;
    Utf8Names& operator=(const Utf8Names&) = delete;

private:
    void* mine_ = nullptr;
    void* before_ = nullptr;
};

} // namespace edge
