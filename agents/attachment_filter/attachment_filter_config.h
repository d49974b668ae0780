// What Set-AttachmentFilterListConfig sets and the entries beside it (agents.md 8.1). All entries share one
// action; there is no switch but the agent's own.
#pragma once

#include <edge/base/guid.h>
#include <edge/base/text.h>
#include <edge/config/enum_words.h>

#include <set>
#include <string>

namespace edge {

class NounSchema;

// What happens to a message with a forbidden attachment.
enum class AttachmentAction { Reject, Strip, SilentDelete };
template <>
struct EnumWords<AttachmentAction> {
    static constexpr EnumWord<AttachmentAction> words[] = {{AttachmentAction::Reject, "Reject"},
                                                           {AttachmentAction::Strip, "Strip"},
                                                           {AttachmentAction::SilentDelete, "SilentDelete"}};
};

// Whether an archive that cannot be judged by its names is a forbidden attachment.
enum class ArchiveTreatment { Allow, Block };
template <>
struct EnumWords<ArchiveTreatment> {
    static constexpr EnumWord<ArchiveTreatment> words[] = {{ArchiveTreatment::Allow, "Allow"},
                                                           {ArchiveTreatment::Block, "Block"}};
};

struct AttachmentFilterListConfig {
    static constexpr std::size_t kMaxRejectResponse = 240;      // characters (agents.md 8.1)
    static constexpr std::size_t kMaxAdminMessage = 4096;       // ours: a notice, not a document
    static constexpr std::size_t kMaxExceptionConnectors = 100; // ours

    AttachmentAction action = AttachmentAction::Strip; // docs/decisions/0812
    std::string rejectResponse = "Message rejected due to unacceptable attachments";
    std::string adminMessage = "This attachment was removed.";    // from memory only, agents.md 8.1
    std::set<std::string, ILess> exceptionConnectors;             // GUIDs
    ArchiveTreatment encryptedArchive = ArchiveTreatment::Allow;  // ours
    ArchiveTreatment unreadableArchive = ArchiveTreatment::Block; // ours

    // The connector is in exceptionConnectors, however its GUID is written there.
    bool isException(const Guid& connector) const;
};

// What an entry is compared with.
enum class AttachmentEntryType { FileName, ContentType };
template <>
struct EnumWords<AttachmentEntryType> {
    static constexpr EnumWord<AttachmentEntryType> words[] = {
        {AttachmentEntryType::FileName, "FileName"}, {AttachmentEntryType::ContentType, "ContentType"}};
};

struct AttachmentFilterEntry {
    static constexpr std::size_t kMaxEntries = 2000; // ours; the default list has 70
    static constexpr std::size_t kMaxName = 255;     // ours: the longest file name there is

    std::string identity; // "FileName:*.exe"
    std::string name;
    AttachmentEntryType type = AttachmentEntryType::FileName;
    std::string comparable; // the name as names are compared
};

// The table behind Get- and Set-AttachmentFilterListConfig, and Set-EdgeSimAttachmentFilter.
const NounSchema& attachmentFilterListConfigSchema();
// The table behind Get-, Add- and Remove-AttachmentFilterEntry.
const NounSchema& attachmentFilterEntrySchema();

} // namespace edge
