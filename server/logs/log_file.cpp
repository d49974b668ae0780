#include <edge/server/logs/log_file.h>

#include <algorithm>
#include <utility>

namespace edge {
namespace {

std::string countOf(std::uint64_t lines) {
    return std::to_string(lines) + (lines == 1 ? " line" : " lines");
}

} // namespace

LogFile::LogFile(LogPlace place, LogFormat format, const LogSettings& settings)
    : place_(std::move(place))
    , target_(makeTarget(std::move(format), settings))
    , buffer_(
          place_.writing, [this](std::string_view lines) { write(lines); }, place_.maxWaitingBytes) {}

void LogFile::append(std::string_view row) {
    std::string line;
    line.reserve(row.size() + 2);
    (line += row) += "\r\n";
    buffer_.append(line);
}

void LogFile::configure(LogFormat format, const LogSettings& settings) {
    auto target = makeTarget(std::move(format), settings);
    buffer_.between([this, target] {
        const std::lock_guard lock(mutex_);
        target_ = target;
        inTrouble_ = false;
        lostInTrouble_ = 0;
    });
}

std::string LogFile::directory() const {
    const std::lock_guard lock(mutex_);
    return target_ ? target_->directory() : std::string{};
}

std::shared_ptr<RotatingFile> LogFile::makeTarget(LogFormat format, const LogSettings& settings) const {
    if (!settings.enabled || settings.path.empty())
        return nullptr;
    auto directory =
        settings.path.front() == '/' ? settings.path : joinPath(place_.dataDirectory, settings.path);
    const LogBounds bounds{settings.maxFileSize, settings.maxDirectorySize, settings.maxAge};
    return std::make_shared<RotatingFile>(place_.files, place_.clock, std::move(directory), std::move(format),
                                          bounds);
}

void LogFile::write(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    tellOverflow();
    if (!target_)
        return;
    if (lines.empty()) {
        target_->sweep();
        return;
    }
    if (const auto done = target_->write(lines); !done)
        failed(lines, done.error());
    else
        recovered();
}

void LogFile::failed(std::string_view lost, const Error& error) {
    const auto count = static_cast<std::uint64_t>(std::count(lost.begin(), lost.end(), '\n'));
    failedRows_ += count;
    lostInTrouble_ += count;
    if (!std::exchange(inTrouble_, true))
        tell("The log in " + target_->directory() + " cannot be written: " + error.message +
             ". Mail goes on; log lines are lost until this is mended.");
}

void LogFile::recovered() {
    if (!std::exchange(inTrouble_, false))
        return;
    tell("The log in " + target_->directory() + " is written again; " + countOf(lostInTrouble_) +
         " lost meanwhile.");
    lostInTrouble_ = 0;
}

void LogFile::tellOverflow() {
    const auto lost = buffer_.lostLines();
    if (lost == toldOverflow_)
        return;
    const auto which = target_ ? "The log in " + target_->directory() : std::string("A log");
    tell(which + " lost " + countOf(lost - toldOverflow_) + ": its disk was slower than the mail.");
    toldOverflow_ = lost;
}

void LogFile::tell(const std::string& sentence) const {
    if (place_.trouble)
        place_.trouble(sentence);
}

} // namespace edge
