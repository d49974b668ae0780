// The replay file format (platform.md 4.4, 4.7): an envelope written as X-headers in front of the message.
// Rendering is pure and reading is too; spelling and order follow the real export where documents and
// observation differ (docs/decisions/0301-replay-file-spelling.md).
#pragma once

#include <edge/base/profile.h>
#include <edge/base/result.h>
#include <edge/mail/mail_item.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The injected block: X-sender, X-Receivers, X-CreatedBy ... X-EndOfInjectedXHeaders, each line with CRLF. No
// value can bring a line or a parameter of its own.
std::string renderReplayBlock(const MailItem& item, std::string_view createdBy);

// The whole file piece by piece: block, header, blank line, body.
Result<> renderReplayFile(const MailItem& item, std::string_view createdBy,
                          const std::function<Result<>(std::string_view)>& take);

// What a replay file says.
struct ReplayFile {
    RoutingAddress sender; // null reverse path for <>
    BodyType bodyType = BodyType::NotSpecified;
    DsnFormatRequested dsnFormatRequested = DsnFormatRequested::NotSpecified;
    std::string envelopeId;
    std::string auth;
    std::vector<EnvelopeRecipient> receivers;
    std::string createdBy; // empty: "Unspecified"
    std::string heloDomain;
    std::string source = "Replay";
    std::string sourceIpAddress = "0.0.0.0";
    std::string extendedProps; // Base64, as found
    HeaderList headers;        // the message's own
    bool hasBlankLine = true;
    std::size_t bodyOffset = 0; // where the body begins in what was read
};

// Reads by the rules of platform.md 4.4: injected headers first, in any order; exactly one X-Sender, at least
// one X-Receiver with one address each; X-CreatedBy not empty where it is there; the block ends at
// X-EndOfInjectedXHeaders, whose number is ignored, or at the first header that is none of these. Malformed
// names what is wrong: badmail.
Result<ReplayFile> readReplayFile(std::string_view bytes);

// Whether organization headers of a file with that X-CreatedBy survive on a server of that version
// (platform.md 4.4).
bool keepsOrganizationHeaders(const ReplayFile& file, const Profile& profile);

} // namespace edge
