#include <edge/server/replay/replay_usage.h>

#include <algorithm>

namespace edge {
namespace {

constexpr Duration kLookInterval = std::chrono::seconds(30);
constexpr Duration kLookIntervalWhenOver = std::chrono::seconds(2); // a consumer may be making room right now
constexpr int kLookShare = 20; // at most a twentieth of the time is spent looking at a huge directory
constexpr std::size_t kGuidLength = 36;
constexpr std::string_view kSuffix = ".eml";

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isGuidCharacter(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || c == '-';
}

} // namespace

bool isReplayFileName(std::string_view name) {
    if (!name.ends_with(kSuffix))
        return false;
    name.remove_suffix(kSuffix.size());
    const auto dash = name.find('-');
    if (dash == 0 || dash == std::string_view::npos || name.size() - dash - 1 != kGuidLength)
        return false;
    const auto number = name.substr(0, dash);
    const auto guid = name.substr(dash + 1);
    return std::all_of(number.begin(), number.end(), isDigit) &&
           std::all_of(guid.begin(), guid.end(), isGuidCharacter);
}

ReplayUsage::ReplayUsage(FileSystem& files, Clock& clock, AdmissionGate& gate)
    : files_(files)
    , clock_(clock)
    , gate_(gate) {}

void ReplayUsage::follow(const std::string& directory, const ReplayLimits& limits) {
    directory_ = directory;
    limits_ = limits;
    nextLook_ = clock_.steadyNow();
}

void ReplayUsage::addPublished(std::uint64_t bytes) {
    bytes_ += bytes;
    ++fileCount_;
    if (isOver())
        nextLook_ = std::min(nextLook_, clock_.steadyNow() + kLookIntervalWhenOver);
}

std::size_t ReplayUsage::refresh() {
    std::size_t swept = 0;
    const auto begin = clock_.steadyNow();
    if (begin >= nextLook_) {
        swept = look();
        const auto end = clock_.steadyNow();
        nextLook_ = end + std::max<Duration>(isOver() ? kLookIntervalWhenOver : kLookInterval,
                                             (end - begin) * kLookShare);
    }
    judge();
    return swept;
}

std::size_t ReplayUsage::look() {
    const auto names = files_.list(directory_);
    if (!names) {
        if (names.error().code == Errc::NotFound)
            bytes_ = fileCount_ = 0;
        return 0; // otherwise the old count stands until the next look
    }
    bytes_ = fileCount_ = 0;
    std::size_t swept = 0;
    const auto now = clock_.utcNow();
    for (const auto& name : *names) {
        const auto path = joinPath(directory_, name);
        const auto status = files_.status(path);
        if (!status || status->isDirectory)
            continue; // taken in this moment
        const bool old = limits_.retention && status->modified + *limits_.retention < now;
        if (old && isReplayFileName(name) && files_.remove(path)) {
            ++swept;
            continue;
        }
        bytes_ += status->size;
        ++fileCount_;
    }
    return swept;
}

void ReplayUsage::judge() {
    if (bytes_ >= limits_.quota)
        gate_.refuse(AdmissionReason::ReplayQuota, std::to_string(bytes_) + " octets lie in " + directory_ +
                                                       ", ReplayQuota is " + std::to_string(limits_.quota));
    else
        gate_.allow(AdmissionReason::ReplayQuota);
    if (fileCount_ >= limits_.maxFiles)
        gate_.refuse(AdmissionReason::ReplayFiles, std::to_string(fileCount_) + " files lie in " +
                                                       directory_ + ", ReplayMaxFiles is " +
                                                       std::to_string(limits_.maxFiles));
    else
        gate_.allow(AdmissionReason::ReplayFiles);
}

} // namespace edge
