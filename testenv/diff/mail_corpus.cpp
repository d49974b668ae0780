#include <edge/testenv/diff/mail_corpus.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace edge::testenv {
namespace {

constexpr int kMaxDepth = 64; // folders within folders; links may form a ring
constexpr std::size_t kReadSize = 64UL * 1024;
constexpr std::string_view kFromLine = "From ";

bool isDigit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

// "From ann@fabrikam.com Mon Jun  3 09:00:00 2019": the time of day tells it from a sentence that begins so
// (RFC 4155 appendix A).
bool isSeparator(std::string_view line) {
    if (!line.starts_with(kFromLine))
        return false;
    for (std::size_t at = 2; at + 2 < line.size(); ++at)
        if (line[at] == ':' && isDigit(line[at - 1]) && isDigit(line[at + 1]) && isDigit(line[at + 2]))
            return true;
    return false;
}

// ">From ", ">>From ": a line that was quoted so that it separates nothing.
bool isQuotedFrom(std::string_view line) {
    const auto at = line.find_first_not_of('>');
    return at != std::string_view::npos && at > 0 && line.substr(at).starts_with(kFromLine);
}

bool isBlank(std::string_view line) {
    return line == "\n" || line == "\r\n";
}

// Appends a piece of a file, LF alone made CRLF.
void appendLine(std::string& content, std::string_view piece) {
    if (!piece.ends_with('\n')) {
        content += piece;
        return;
    }
    piece.remove_suffix(1);
    content += piece;
    content += content.ends_with('\r') ? "\n" : "\r\n";
}

// Collects a message as long as it is not too long.
class Collector {
public:
    void add(std::string_view piece) {
        if (tooLong_)
            return;
        if (message.content.size() + piece.size() > kMaxCorpusMessage) {
            tooLong_ = true;
            message.trouble = "longer than " + std::to_string(kMaxCorpusMessage) + " octets";
            std::string().swap(message.content);
            return;
        }
        appendLine(message.content, piece);
    }

    CorpusMessage message;

private:
    bool tooLong_ = false;
};

} // namespace

// The files below the paths, in order.
class MailCorpus::Walk {
public:
    struct Entry {
        std::string path;
        FileStatus status;
        std::string trouble;
    };

    Walk(FileSystem& files, std::vector<std::string> paths)
        : files_(files) {
        levels_.push_back({{}, std::move(paths)});
    }

    std::optional<Entry> next() {
        while (!levels_.empty()) {
            auto& level = levels_.back();
            if (level.next == level.names.size()) {
                levels_.pop_back();
                continue;
            }
            const auto& name = level.names[level.next++];
            auto path = level.directory.empty() ? name : joinPath(level.directory, name);
            auto status = files_.status(path);
            if (!status)
                return Entry{std::move(path), {}, status.error().message};
            if (!status->isDirectory)
                return Entry{std::move(path), *status, {}};
            if (auto trouble = enter(path); !trouble.empty())
                return Entry{std::move(path), {}, std::move(trouble)};
        }
        return std::nullopt;
    }

private:
    struct Level {
        std::string directory;
        std::vector<std::string> names;
        std::size_t next = 0;
    };

    std::string enter(const std::string& directory) {
        if (levels_.size() > kMaxDepth)
            return "more than " + std::to_string(kMaxDepth) + " folders deep";
        auto names = files_.list(directory);
        if (!names)
            return names.error().message;
        std::sort(names->begin(), names->end());
        const auto has = [&names](const char* name) {
            return std::binary_search(names->begin(), names->end(), name);
        };
        const bool maildir = has("cur") && has("new");
        std::erase_if(*names, [maildir](const std::string& name) {
            const bool hidden = name.starts_with('.');
            return maildir ? !hidden && name != "cur" && name != "new" : hidden;
        });
        if (maildir) // beside folders, the program that keeps it has files of its own there
            std::erase_if(*names, [&](const std::string& name) {
                const auto status = files_.status(joinPath(directory, name));
                return !status || !status->isDirectory;
            });
        levels_.push_back({directory, std::move(*names)});
        return {};
    }

    FileSystem& files_;
    std::vector<Level> levels_;
};

// A file in lines; of a line that is longer than one read, pieces.
class MailCorpus::Pieces {
public:
    explicit Pieces(std::unique_ptr<File> file)
        : file_(std::move(file)) {}

    struct Piece {
        std::string_view text; // until the next call
        bool startsLine = false;
    };

    // Nothing at the end, and after an error.
    std::optional<Piece> next() {
        auto end = buffer_.find('\n', at_);
        if (end == std::string::npos && !ended_) {
            refill();
            end = buffer_.find('\n', at_);
        }
        if (at_ == buffer_.size())
            return std::nullopt;
        const auto stop = end == std::string::npos ? buffer_.size() : end + 1;
        const Piece piece{std::string_view(buffer_).substr(at_, stop - at_), startsLine_};
        at_ = stop;
        startsLine_ = piece.text.ends_with('\n');
        return piece;
    }
    // The next piece is given again.
    void putBack(const Piece& piece) {
        at_ -= piece.text.size();
        startsLine_ = piece.startsLine;
    }
    bool beginsWith(std::string_view text) {
        if (buffer_.empty() && !ended_)
            refill();
        return std::string_view(buffer_).substr(at_).starts_with(text);
    }

    const std::string& trouble() const { return trouble_; }
    std::uint64_t offset() const { return offset_; }

private:
    void refill() {
        buffer_.erase(0, at_);
        at_ = 0;
        const auto kept = buffer_.size();
        buffer_.resize(kept + kReadSize);
        const auto got = file_->readAt(offset_, std::span(buffer_).subspan(kept));
        if (!got)
            trouble_ = got.error().message;
        const auto octets = got ? *got : 0;
        buffer_.resize(kept + octets);
        offset_ += octets;
        ended_ = octets == 0;
    }

    std::unique_ptr<File> file_;
    std::string buffer_;
    std::size_t at_ = 0;
    std::uint64_t offset_ = 0; // of the next read
    bool startsLine_ = true;
    bool ended_ = false;
    std::string trouble_;
};

MailCorpus::MailCorpus(FileSystem& files, std::vector<std::string> paths)
    : files_(files)
    , walk_(std::make_unique<Walk>(files, std::move(paths))) {}

MailCorpus::~MailCorpus() = default;

std::optional<CorpusMessage> MailCorpus::next() {
    for (;;) {
        if (pieces_) {
            if (auto message = fromMbox())
                return message;
            pieces_.reset();
        }
        const auto entry = walk_->next();
        if (!entry)
            return std::nullopt;
        if (!entry->trouble.empty())
            return CorpusMessage{entry->path, {}, entry->trouble};
        if (auto message = fromFile(entry->path))
            return message;
    }
}

// The whole file as one message; nothing where it is an mbox, which is in hand then.
std::optional<CorpusMessage> MailCorpus::fromFile(const std::string& path) {
    auto file = files_.open(path, OpenMode::ReadOnly);
    if (!file)
        return CorpusMessage{path, {}, file.error().message};
    auto pieces = std::make_unique<Pieces>(std::move(*file));
    if (pieces->beginsWith(kFromLine)) {
        pieces_ = std::move(pieces);
        mbox_ = path;
        number_ = 0;
        counted_ = 0;
        return std::nullopt;
    }
    Collector collector;
    while (const auto piece = pieces->next())
        collector.add(piece->text);
    octetsRead_ += pieces->offset();
    collector.message.name = path;
    if (!pieces->trouble().empty())
        collector.message.trouble = pieces->trouble();
    else if (pieces->offset() == 0)
        collector.message.trouble = "the file is empty";
    return std::move(collector.message);
}

// From one separator to the next. The blank line before a separator is not part of the message
// (docs/decisions/0950).
std::optional<CorpusMessage> MailCorpus::fromMbox() {
    const auto separator = pieces_->next();
    if (!separator)
        return std::nullopt;
    for (bool whole = separator->text.ends_with('\n'); !whole;) { // a separator longer than a read
        const auto rest = pieces_->next();
        whole = !rest || rest->text.ends_with('\n');
    }
    Collector collector;
    std::string blank; // a blank line that may belong to the next separator
    while (const auto piece = pieces_->next()) {
        if (piece->startsLine && !blank.empty() && isSeparator(piece->text)) {
            pieces_->putBack(*piece);
            break;
        }
        collector.add(std::exchange(blank, {}));
        if (piece->startsLine && isBlank(piece->text))
            blank = piece->text;
        else
            collector.add(piece->startsLine && isQuotedFrom(piece->text) ? piece->text.substr(1)
                                                                         : piece->text);
    }
    octetsRead_ += pieces_->offset() - std::exchange(counted_, pieces_->offset());
    collector.message.name = mbox_ + ":" + std::to_string(++number_);
    if (!pieces_->trouble().empty())
        collector.message.trouble = pieces_->trouble();
    return std::move(collector.message);
}

std::uint64_t MailCorpus::measure(FileSystem& files, const std::vector<std::string>& paths) {
    Walk walk(files, paths);
    std::uint64_t octets = 0;
    while (const auto entry = walk.next())
        octets += entry->status.size;
    return octets;
}

} // namespace edge::testenv
