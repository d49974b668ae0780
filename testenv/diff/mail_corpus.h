// Messages from wherever people keep them: single files, folders of files, Maildirs, mbox files. They are
// read one after the other and never held together, so an mbox of many gigabytes costs no more memory than
// its longest message. What is found always comes in the same order.
#pragma once

#include <edge/base/file_system.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace edge::testenv {

// A longer one is not read: no server takes half of it (MaxMessageSize is 36 MB on a fresh one).
inline constexpr std::size_t kMaxCorpusMessage = 64UL * 1024 * 1024;

struct CorpusMessage {
    std::string name;    // the file; of an mbox "inbox:17", counted from 1
    std::string content; // lines end with CRLF, as in DATA
    std::string trouble; // why it could not be read; there is no content then
};

class MailCorpus {
public:
    // A path that is a folder is walked to the bottom, names in their order, those that begin with a dot left
    // out. Of a Maildir, "cur", "new" and its folders are read. A file that begins with "From " is an mbox.
    MailCorpus(FileSystem& files, std::vector<std::string> paths);
    ~MailCorpus();

    // The next message; nothing when all have been given.
    std::optional<CorpusMessage> next();
    // Octets of files read so far, for a progress bar.
    std::uint64_t octetsRead() const { return octetsRead_; }

    // Octets of everything there is to read: a walk of its own.
    static std::uint64_t measure(FileSystem& files, const std::vector<std::string>& paths);

private:
    class Walk;
    class Pieces;

    std::optional<CorpusMessage> fromFile(const std::string& path);
    std::optional<CorpusMessage> fromMbox();

    FileSystem& files_;
    std::unique_ptr<Walk> walk_;
    std::unique_ptr<Pieces> pieces_; // of the mbox in hand
    std::string mbox_;               // its path
    std::size_t number_ = 0;         // messages of it so far
    std::uint64_t counted_ = 0;      // octets of it that octetsRead_ has
    std::uint64_t octetsRead_ = 0;
};

} // namespace edge::testenv
