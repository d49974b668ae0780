#include <edge/agents/attachment_filter/attachment_match.h>
#include <edge/mail/file_name.h>

namespace edge {
namespace {

std::optional<AttachmentMatch> find(const AttachmentEntries& entries, AttachmentEntryType type,
                                    std::string_view comparable, std::string_view shown) {
    for (const auto& entry : entries)
        if (entry->type == type && matchesPattern(comparable, entry->comparable))
            return AttachmentMatch{entry->identity, std::string(shown)};
    return std::nullopt;
}

std::optional<AttachmentMatch> findAnyName(const AttachmentEntries& entries,
                                           const std::vector<std::string>& names) {
    for (const auto& name : names)
        if (auto match = findFileName(entries, name))
            return match;
    return std::nullopt;
}

} // namespace

bool matchesPattern(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t in = 0;
    // Where to go on when the rest does not fit: behind the last asterisk, one character further in the text.
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (at < text.size()) {
        if (in < pattern.size() && pattern[in] == '*') {
            star = in++;
            retry = at;
        } else if (in < pattern.size() && pattern[in] == text[at]) {
            ++in;
            ++at;
        } else if (star != std::string_view::npos) {
            in = star + 1;
            at = ++retry;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

std::optional<AttachmentMatch> findFileName(const AttachmentEntries& entries, std::string_view name) {
    for (const auto& form : comparableFileNames(name))
        if (auto match = find(entries, AttachmentEntryType::FileName, form, name))
            return match;
    return std::nullopt;
}

std::optional<AttachmentMatch> findContentType(const AttachmentEntries& entries, std::string_view type) {
    return find(entries, AttachmentEntryType::ContentType, type, type);
}

std::optional<AttachmentMatch> findPart(const AttachmentEntries& entries, const MimePart& part) {
    if (auto match = findContentType(entries, part.contentType))
        return match;
    for (const auto& type : part.otherContentTypes)
        if (auto match = findContentType(entries, type))
            return match;
    if (auto match = findAnyName(entries, part.fileNames))
        return match;
    return findAnyName(entries, part.inlineFileNames);
}

} // namespace edge
