#include <edge/base/time_text.h>
#include <edge/server/logs/rotating_file.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace edge {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
// Old files are looked for at least this often, so that age is kept also when nothing rotates.
constexpr std::chrono::hours kSweepInterval{1};
// Names taken by somebody between our look and our open; more than this is not chance.
constexpr int kMaxNameTries = 16;

// Without the one header line that differs from file to file.
std::string withoutDate(std::string header) {
    const auto begin = header.find("#Date:");
    if (begin == std::string::npos)
        return header;
    const auto end = header.find('\n', begin);
    return header.erase(begin, end == std::string::npos ? end : end - begin);
}

std::uint64_t smallerLimit(std::uint64_t a, std::uint64_t b) {
    return a == 0 || b == 0 ? std::max(a, b) : std::min(a, b);
}

Result<std::string> readAt(File& file, std::uint64_t offset, std::size_t length) {
    std::string text(length, '\0');
    const auto got = file.readAt(offset, text);
    if (!got)
        return got.error();
    text.resize(*got);
    return text;
}

} // namespace

RotatingFile::RotatingFile(FileSystem& files, Clock& clock, std::string directory, LogFormat format,
                           LogBounds bounds)
    : files_(files)
    , clock_(clock)
    , directory_(std::move(directory))
    , format_(std::move(format))
    , bounds_{smallerLimit(bounds.maxFileSize, bounds.maxDirectorySize), bounds.maxDirectorySize,
              bounds.maxAge} {}

Result<> RotatingFile::write(std::string_view& lines) {
    const auto now = clock_.utcNow();
    while (!lines.empty()) {
        if (auto open = ensureOpen(now); !open)
            return open;
        const auto part = fitting(lines);
        if (part.empty()) {
            const auto next = name_.instance + 1;
            close();
            if (auto open = openPeriod(LogName::stampOf(format_.period, now), next, now); !open)
                return open;
            continue;
        }
        if (auto done = put(part); !done)
            return done;
        onlyHeader_ = false;
        lines.remove_prefix(part.size());
        const bool folderIsFull =
            bounds_.maxDirectorySize > 0 && otherSize_ > 0 && otherSize_ + size_ > bounds_.maxDirectorySize;
        if (folderIsFull || now - lastSweep_ >= kSweepInterval)
            sweep();
    }
    return {};
}

Result<> RotatingFile::ensureOpen(UtcTime now) {
    const auto stamp = LogName::stampOf(format_.period, now);
    if (file_ && name_.stamp == stamp && isUnchanged())
        return {};
    close();
    if (auto made = files_.createDirectories(directory_); !made)
        return made;
    return openPeriod(stamp, 1, now);
}

// The newest file of the period where it can be continued, else the next one.
Result<> RotatingFile::openPeriod(const std::string& stamp, std::uint32_t firstInstance, UtcTime now) {
    const auto own = ownFiles();
    const auto newest = std::find_if(own.rbegin(), own.rend(), [&](const OwnFile& file) {
        return file.name.stamp == stamp && file.name.instance >= firstInstance;
    });
    if (newest == own.rend())
        return create({stamp, firstInstance}, now);
    if (tryContinue(*newest, now)) {
        sweep();
        return {};
    }
    return create({stamp, newest->name.instance + 1}, now);
}

bool RotatingFile::tryContinue(const OwnFile& newest, UtcTime now) {
    if (bounds_.maxFileSize > 0 && newest.size >= bounds_.maxFileSize)
        return false;
    auto file = files_.open(newest.path, OpenMode::ReadWrite);
    if (!file)
        return false;
    const auto ours = header(now);
    const auto theirs = readAt(**file, 0, ours.size());
    if (!theirs || withoutDate(*theirs) != withoutDate(ours))
        return false; // another version's file, or none of ours
    const auto end = readAt(**file, newest.size - kLineEnd.size(), kLineEnd.size());
    if (!end)
        return false;
    onlyHeader_ = false;
    adopt(std::move(*file), newest.path, newest.name, newest.size);
    if (*end == kLineEnd || put(kLineEnd))
        return true; // a row cut by a crash gets its line end, so that the next one is whole
    close();
    return false;
}

Result<> RotatingFile::create(LogName name, UtcTime now) {
    for (int tries = 0; tries < kMaxNameTries; ++tries, ++name.instance) {
        auto path = joinPath(directory_, name.toString(format_.prefix));
        auto file = files_.open(path, OpenMode::CreateNew);
        if (!file && file.error().code == Errc::AlreadyExists)
            continue;
        if (!file)
            return file.error();
        adopt(std::move(*file), path, name, 0);
        if (auto done = put(header(now)); !done) {
            close();
            static_cast<void>(files_.remove(path)); // else every try on a full disk leaves an empty file
            return done;
        }
        onlyHeader_ = true;
        sweep();
        return {};
    }
    return Error{Errc::AlreadyExists, "no free log file name in " + directory_};
}

Result<> RotatingFile::put(std::string_view bytes) {
    if (torn_) {
        if (auto cut = file_->truncate(size_); !cut)
            return cut;
        torn_ = false;
    }
    if (auto done = file_->writeAt(size_, bytes); !done) {
        torn_ = true;
        return done;
    }
    size_ += bytes.size();
    return {};
}

// Nobody removed, cut or extended the file behind our back; a write into a removed file would go nowhere.
bool RotatingFile::isUnchanged() {
    const auto status = files_.status(path_);
    return status && (torn_ || status->size == size_);
}

void RotatingFile::adopt(std::unique_ptr<File> file, std::string path, LogName name, std::uint64_t size) {
    file_ = std::move(file);
    path_ = std::move(path);
    name_ = std::move(name);
    size_ = size;
    torn_ = false;
}

void RotatingFile::close() {
    file_.reset();
    path_.clear();
    size_ = 0;
}

// Oldest first.
std::vector<RotatingFile::OwnFile> RotatingFile::ownFiles() {
    std::vector<OwnFile> own;
    const auto names = files_.list(directory_);
    if (!names)
        return own;
    for (const auto& fileName : *names) {
        auto name = LogName::parse(format_.prefix, fileName);
        if (!name)
            continue;
        auto path = joinPath(directory_, fileName);
        if (const auto status = files_.status(path); status && !status->isDirectory)
            own.push_back({std::move(*name), std::move(path), status->size});
    }
    std::sort(own.begin(), own.end(), [](const OwnFile& a, const OwnFile& b) { return a.name < b.name; });
    return own;
}

void RotatingFile::sweep() {
    lastSweep_ = clock_.utcNow();
    auto own = ownFiles();
    std::uint64_t total = size_;
    std::erase_if(own, [this](const OwnFile& file) { return file.path == path_; });
    for (const auto& file : own)
        total += file.size;
    const auto maxAge = std::chrono::duration_cast<std::chrono::microseconds>(bounds_.maxAge);
    for (const auto& file : own) {
        const bool tooOld = maxAge.count() > 0 && lastSweep_ - file.name.periodEnd() > maxAge;
        const bool tooMuch = bounds_.maxDirectorySize > 0 && total > bounds_.maxDirectorySize;
        if ((tooOld || tooMuch) && files_.remove(file.path))
            total -= file.size;
    }
    otherSize_ = total - size_;
}

// As many whole lines as the open file has room for. A file takes at least one, or a row larger than a file
// would never be written.
std::string_view RotatingFile::fitting(std::string_view lines) const {
    const auto room = bounds_.maxFileSize > size_ ? bounds_.maxFileSize - size_ : 0;
    if (bounds_.maxFileSize == 0 || lines.size() <= room)
        return lines;
    const auto end =
        room == 0 ? std::string_view::npos : lines.rfind('\n', static_cast<std::size_t>(room) - 1);
    if (end != std::string_view::npos)
        return lines.substr(0, end + 1);
    return onlyHeader_ ? lines.substr(0, lines.find('\n') + 1) : std::string_view{};
}

// platform.md 6.1; "#Log-type" as real files spell it.
std::string RotatingFile::header(UtcTime now) const {
    const std::array<std::pair<std::string_view, std::string>, 5> labels{
        {{"#Software: ", "Microsoft Exchange Server"},
         {"#Version: ", format_.version},
         {"#Log-type: ", format_.logType},
         {"#Date: ", isoTime(now)},
         {"#Fields: ", format_.fields}}};
    std::string text;
    for (const auto& [label, value] : labels)
        ((text += label) += value) += kLineEnd;
    return text;
}

} // namespace edge
