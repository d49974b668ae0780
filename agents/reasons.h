// The reason words of the agent log, each with the evidence for it. Only three of Exchange's words are
// confirmed in public (agents.md 13.4); the others are working names, kept in this one place so that a better
// source corrects them in one line.
#pragma once

namespace edge::reasons {

// Connection Filtering; ReasonData is the entry's range (working names, agents.md 13.4).
inline constexpr char kLocalAllowList[] = "LocalAllowList";
inline constexpr char kLocalBlockList[] = "LocalBlockList";

// Sender Filter; ReasonData is the entry that matched (working names, agents.md 13.4).
inline constexpr char kSenderInBlockList[] = "SenderInBlockList";
inline constexpr char kBlankSender[] = "BlankSender";

// Recipient Filter; ReasonData is the address (working names, agents.md 13.4).
inline constexpr char kRecipientInBlockList[] = "RecipientInBlockList";
inline constexpr char kRecipientDoesNotExist[] = "RecipientDoesNotExist";
// Ours: the directory did not answer, so the recipient is neither known nor unknown (docs/decisions/0502).
inline constexpr char kRecipientLookupFailed[] = "RecipientLookupFailed";

// Content Filter; ReasonData is the SCL. Reject and quarantine are observed, delete follows their pattern, Scl is a
// working name (agents.md 6.9, 13.4).
inline constexpr char kSclAtOrAboveDeleteThreshold[] = "SclAtOrAboveDeleteThreshold";
inline constexpr char kSclAtOrAboveRejectThreshold[] = "SclAtOrAboveRejectThreshold";
inline constexpr char kSclAtOrAboveQuarantineThreshold[] = "SclAtOrAboveQuarantineThreshold";
inline constexpr char kScl[] = "SCL";
// ReasonData of mail that is not scored (observed, agents.md 6.9).
inline constexpr char kContentFilteringBypassed[] = "not available: content filtering was bypassed.";

// Attachment Filtering; ReasonData is the entry, "FileName:*.exe". Ours, and never in the agent log (agents.md
// 8.4).
inline constexpr char kForbiddenAttachment[] = "ForbiddenAttachment";
inline constexpr char kAttachmentStripped[] = "AttachmentStripped";
// The message breaks a limit of MIME (docs/decisions/0814); ReasonData says which.
inline constexpr char kMalformedMime[] = "MalformedMime";
// Archives could not be looked into, through no fault of theirs (docs/decisions/0814).
inline constexpr char kAttachmentsNotExamined[] = "AttachmentsNotExamined";

} // namespace edge::reasons
