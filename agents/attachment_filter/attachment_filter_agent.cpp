#include <edge/agents/attachment_filter/attachment_filter_agent.h>
#include <edge/agents/attachment_filter/line_feeds.h>
#include <edge/agents/reasons.h>
#include <edge/base/octet_words.h>
#include <edge/base/text.h>
#include <edge/connector_guid.h>
#include <edge/mail/file_name.h>
#include <edge/mail/mime_edit.h>

#include <algorithm>
#include <stdexcept>

namespace edge {
namespace {

constexpr std::size_t kMaxArchives = 100; // looked into for one message; a hundred zips are a mail bomb
constexpr std::size_t kMaxInputs = 20;    // explained in a decision; a refusal needs one
constexpr char kEncryptedArchive[] = "EncryptedArchive";
constexpr char kUnreadableArchive[] = "UnreadableArchive";

// Ours: archives could not be looked into (docs/decisions/0814).
const SmtpResponse& notExamined() {
    static const SmtpResponse response{451, "4.3.0", "Attachments could not be examined, try again later"};
    return response;
}

// Nothing but text: no archive, whatever it is called.
bool isPlainText(std::string_view content) {
    const auto isControl = [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
               c != '\x1B'; // ISO-2022-JP
    };
    while (!content.empty()) {
        const auto size = std::min(content.size(), octets::kWord);
        // An octet beyond ASCII is no control: below() may look at its low bits.
        const bool clean = size == octets::kWord &&
                           octets::below(octets::load(content.data()) & ~octets::kHighBits, 0x20) == 0;
        if (!clean &&
            std::any_of(content.begin(), content.begin() + static_cast<std::ptrdiff_t>(size), isControl))
            return false;
        content.remove_prefix(size);
    }
    return true;
}

Result<bool> isPlainText(const MimeDocument& document, const MimePart& part) {
    bool plain = true;
    bool first = true;
    const auto read = document.forEachDecodedChunk(part, [&](std::string_view chunk) -> Result<> {
        plain =
            plain && isPlainText(chunk) && !(first && chunk.starts_with("!<arch>")); // ar packs text as it is
        first = false;
        return plain ? Result<>() : Result<>(Error{Errc::Cancelled, "seen enough"});
    });
    return read || !plain ? Result<bool>(plain) : Result<bool>(read.error());
}

// The name that the text file gets which stands where the attachment stood: the attachment's own, which says
// what is missing, and an extension that no program runs.
std::string replacementName(const MimePart& part) {
    const auto& names = part.fileNames.empty() ? part.inlineFileNames : part.fileNames;
    auto name = names.empty() ? std::string() : plainFileName(names.front());
    std::replace(name.begin(), name.end(), ':', '_'); // "x.exe:note.txt" would be a file called x.exe
    return (name.empty() ? "attachment" : name) + ".txt";
}

// "x.exe.gz" holds an x.exe.
std::string withoutSuffix(const std::string& name) {
    const auto dot = name.find_last_of('.');
    return dot == std::string::npos ? std::string() : name.substr(0, dot);
}

void refuseMalformed(ReceiveMessageEventSource& source, const Error& error) {
    if (error.code != Errc::LimitExceeded) // the spool cannot be read: the dispatcher answers 451
        throw std::runtime_error(error.message);
    source.addInput("MIME", error.message);
    source.rejectMessage(SmtpResponse::invalidContent(), {reasons::kMalformedMime, error.message});
}

void refuseUnexamined(ReceiveMessageEventSource& source, const std::string& failure) {
    source.addInput("Archive", failure);
    source.rejectMessage(notExamined(), {reasons::kAttachmentsNotExamined, failure});
}

// One entry as the agent log has it, several joined.
std::string entriesOf(const std::vector<AttachmentMatch>& matches) {
    std::vector<std::string> entries;
    for (const auto& match : matches)
        if (std::find(entries.begin(), entries.end(), match.entry) == entries.end())
            entries.push_back(match.entry);
    return join(entries, ";");
}

} // namespace

AttachmentFilterAgent::AttachmentFilterAgent(SmtpServer& server)
    : server_(server)
    , config_(server.configuration().get<AttachmentFilterListConfig>())
    , entries_(server.configuration().all<AttachmentFilterEntry>()) {}

Task<> AttachmentFilterAgent::onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) {
    if (!config_.exceptionConnectors.empty() &&
        config_.isException(receiveConnectorGuid(e.smtpSession.connectorName()))) {
        source.addInput("Not examined", "the connector is in ExceptionConnectors");
        co_return;
    }
    const auto document = mimeOf(e.mailItem);
    if (!document) {
        refuseMalformed(source, document.error());
        co_return;
    }
    auto examining = examine(**document);
    const auto findings = co_await std::move(examining);
    if (!findings.failure.empty()) {
        refuseUnexamined(source, findings.failure);
        co_return;
    }
    if (findings.forbidden.empty() || config_.action == AttachmentAction::Strip) {
        auto lookingAgain = examineWithLineFeeds(source, e.mailItem, findings.forbidden);
        const bool decided = co_await std::move(lookingAgain);
        if (decided)
            co_return;
    }
    if (!findings.forbidden.empty())
        act(source, e.mailItem, **document, findings.forbidden);
}

// What only readers see for whom a bare line feed ends a header line. There is nothing to strip it from: to
// this server the whole message is header. Nor is what this server sees, `toStrip`, stripped from such a
// message: an edit that is right for one reader can lay bare for the other what was header before. True when
// the message was acted on.
Task<bool> AttachmentFilterAgent::examineWithLineFeeds(ReceiveMessageEventSource& source, MailItem& item,
                                                       const std::vector<Forbidden>& toStrip) {
    const auto other = withLineFeedsAsLineEnds(item);
    if (!other)
        throw std::runtime_error(other.error().message);
    if (!*other)
        co_return false;
    if (!toStrip.empty()) {
        refuseMalformed(source, {Errc::LimitExceeded,
                                 "beside bare line feeds in the header: " + toStrip.front().match.what});
        co_return true;
    }
    const auto document = mimeOf(**other);
    if (!document) {
        refuseMalformed(source, document.error());
        co_return true;
    }
    auto examining = examine(**document);
    const auto findings = co_await std::move(examining);
    if (!findings.failure.empty())
        refuseUnexamined(source, findings.failure);
    else if (findings.forbidden.empty())
        co_return false;
    else if (config_.action == AttachmentAction::Strip)
        refuseMalformed(source, {Errc::LimitExceeded, "behind bare line feeds in the header: " +
                                                          findings.forbidden.front().match.what});
    else
        act(source, item, **document, findings.forbidden);
    co_return true;
}

// All forbidden parts where they are stripped; else the first is enough.
Task<AttachmentFilterAgent::Findings> AttachmentFilterAgent::examine(const MimeDocument& document) {
    Findings findings;
    std::size_t archives = 0;
    for (std::size_t i = 0; i < document.parts().size(); ++i) {
        const auto& part = document.parts()[i];
        auto match = findPart(entries_, part);
        if (!match && !part.isMultipart && !part.isMessage) {
            const auto plain = isPlainText(document, part);
            if (!plain)
                throw std::runtime_error(plain.error().message);
            if (!*plain) {
                auto examining = examineArchive(document, part, archives);
                auto examined = co_await std::move(examining);
                if (!examined) {
                    findings.failure = examined.error().message;
                    co_return findings;
                }
                match = std::move(*examined);
            }
        }
        if (!match)
            continue;
        findings.forbidden.push_back({i, std::move(*match)});
        if (config_.action != AttachmentAction::Strip)
            break;
    }
    co_return findings;
}

// Errors are ours: the lister could not do its work. `archives` counts those of the message.
Task<Result<std::optional<AttachmentMatch>>>
AttachmentFilterAgent::examineArchive(const MimeDocument& document, const MimePart& part,
                                      std::size_t& archives) {
    const ArchiveLimits limits;
    ArchiveListing listing;
    listing.isArchive = true; // perhaps: nobody can tell without looking
    if (archives >= kMaxArchives) {
        listing.trouble = "it comes behind " + std::to_string(kMaxArchives) + " other archives";
        co_return judge(listing, part);
    }
    const auto content = document.decoded(part, limits.maxArchiveSize);
    if (content) {
        auto asking = server_.archiveLister().list(*content, limits);
        auto answer = co_await std::move(asking);
        if (!answer)
            co_return answer.error();
        listing = std::move(*answer);
        archives += listing.isArchive ? 1 : 0;
    } else if (content.error().code == Errc::LimitExceeded) {
        listing.trouble = content.error().message;
    } else {
        co_return content.error();
    }
    co_return judge(listing, part);
}

std::optional<AttachmentMatch> AttachmentFilterAgent::judge(const ArchiveListing& listing,
                                                            const MimePart& part) const {
    if (!listing.isArchive)
        return std::nullopt;
    const auto within = (part.fileNames.empty() ? listing.format : part.fileNames.front()) + ": ";
    auto names = listing.names;
    if (listing.singleFile)
        for (const auto& name : part.fileNames)
            names.push_back(withoutSuffix(name));
    for (const auto& name : names)
        if (auto match = findFileName(entries_, name))
            return AttachmentMatch{match->entry, within + name};
    if (!listing.trouble.empty() && config_.unreadableArchive == ArchiveTreatment::Block)
        return AttachmentMatch{kUnreadableArchive, within + listing.trouble};
    if (listing.encrypted && config_.encryptedArchive == ArchiveTreatment::Block)
        return AttachmentMatch{kEncryptedArchive, within + "it has a password"};
    return std::nullopt;
}

void AttachmentFilterAgent::act(ReceiveMessageEventSource& source, MailItem& item,
                                const MimeDocument& document, const std::vector<Forbidden>& forbidden) const {
    for (std::size_t i = 0; i < std::min(forbidden.size(), kMaxInputs); ++i)
        source.addInput("Part " + std::to_string(forbidden[i].part + 1),
                        forbidden[i].match.what + " (" + forbidden[i].match.entry + ")");
    source.addInput("Action", std::string(wordOf(config_.action)));
    const Because because{reasons::kForbiddenAttachment, forbidden.front().match.entry};
    switch (config_.action) {
    case AttachmentAction::Reject:
        source.rejectMessage({550, "5.7.1", config_.rejectResponse}, because);
        break;
    case AttachmentAction::SilentDelete:
        source.discardMessage(because);
        break;
    case AttachmentAction::Strip:
        strip(source, item, document, forbidden);
        break;
    }
}

// Not terminal: the message goes on without the attachments.
void AttachmentFilterAgent::strip(ReceiveMessageEventSource& source, MailItem& item,
                                  const MimeDocument& document,
                                  const std::vector<Forbidden>& forbidden) const {
    std::vector<PartReplacement> replacements;
    std::vector<AttachmentMatch> matches;
    for (const auto& each : forbidden) {
        replacements.push_back(
            textReplacement(each.part, replacementName(document.parts()[each.part]), config_.adminMessage));
        matches.push_back(each.match);
    }
    if (const auto replaced = replaceParts(item, std::move(replacements)); !replaced)
        throw std::runtime_error(replaced.error().message); // no room for the new body: 451
    source.note({reasons::kAttachmentStripped, entriesOf(matches)});
}

} // namespace edge
