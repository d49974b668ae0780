#include <edge/agents/attachment_filter/attachment_filter_config.h>
#include <edge/config/schema.h>
#include <edge/mail/file_name.h>

#include <algorithm>
#include <array>

namespace edge {
namespace {

// What a fresh server has (agents.md 8.2, documented, complete).
constexpr std::array<std::string_view, 10> kContentTypes{
    "application/hta",          "application/javascript",   "application/msaccess", "application/prg",
    "application/x-javascript", "application/x-msdownload", "message/partial",      "text/javascript",
    "text/scriptlet",           "x-internet-signup"};

constexpr std::array<std::string_view, 60> kExtensions{
    "ade", "adp", "app", "asx",    "bas",  "bat",     "chm", "cmd",    "com",  "cpl",  "crt", "csh",
    "exe", "fxp", "hlp", "hta",    "inf",  "ins",     "isp", "js",     "jse",  "ksh",  "lnk", "mda",
    "mdb", "mde", "mdt", "mdw",    "mdz",  "msc",     "msi", "msp",    "mst",  "ops",  "pcd", "pif",
    "prf", "prg", "ps1", "ps1xml", "ps11", "ps11xml", "ps2", "ps2xml", "psc1", "psc2", "reg", "scf",
    "scr", "sct", "shb", "shs",    "url",  "vb",      "vbe", "vbs",    "wsc",  "wsf",  "wsh", "xnk"};

Error refusal(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

Result<> demandGuid(std::string_view text) {
    if (Guid::parse(text))
        return {};
    return refusal(
        "\"" + std::string(text) +
        "\" is no GUID; Get-ReceiveConnector | Format-List Name,Guid shows those of the connectors");
}

Result<> demandSomeText(std::string_view text) {
    return trim(text).empty() ? Result<>(refusal("it must not be empty")) : Result<>();
}

void deriveEntry(AttachmentFilterEntry& entry) {
    entry.identity = std::string(wordOf(entry.type)) + ":" + entry.name;
    entry.comparable = entry.type == AttachmentEntryType::FileName ? comparableFilePattern(entry.name)
                                                                   : asciiLower(trim(entry.name));
}

std::vector<AttachmentFilterEntry> freshEntries(ProfileId) {
    std::vector<AttachmentFilterEntry> entries;
    const auto add = [&entries](AttachmentEntryType type, std::string name) {
        AttachmentFilterEntry entry;
        entry.type = type;
        entry.name = std::move(name);
        deriveEntry(entry);
        entries.push_back(std::move(entry));
    };
    for (const auto type : kContentTypes)
        add(AttachmentEntryType::ContentType, std::string(type));
    for (const auto extension : kExtensions)
        add(AttachmentEntryType::FileName, "*." + std::string(extension));
    return entries;
}

Result<> validateEntry(const AttachmentFilterEntry& entry, const Configuration& configuration) {
    if (entry.comparable.empty())
        return refusal("an entry needs a name, such as *.exe or application/hta");
    if (configuration.all<AttachmentFilterEntry>().size() > AttachmentFilterEntry::kMaxEntries)
        return Error{Errc::LimitExceeded, "there may be at most " +
                                              std::to_string(AttachmentFilterEntry::kMaxEntries) +
                                              " entries"};
    if (entry.type == AttachmentEntryType::FileName && entry.name.find_first_of("/\\") != std::string::npos)
        return refusal("\"" + entry.name + "\" is no file name; is it a -Type ContentType?");
    return {};
}

NounTable<AttachmentFilterListConfig> configTable() {
    using C = AttachmentFilterListConfig;
    using P = Parameter<C>;
    NounTable<C> t;
    t.noun = "AttachmentFilterListConfig";
    t.sentence = "What happens to messages with a forbidden attachment.";
    t.source = "agents.md 8.1, documented";
    t.parameters = {
        P("Action", &C::action,
          "Reject refuses the message, Strip puts a text in the attachment's place, SilentDelete accepts and "
          "drops the message.")
            .tagged("agents.md 8.1, documented; sources differ on the default, docs/decisions/0812"),
        P("RejectResponse", &C::rejectResponse, "The text behind 550 5.7.1.")
            .form(TextForm::Ascii)
            .maxLength(C::kMaxRejectResponse)
            .notEmpty()
            .check(demandSomeText),
        P("AdminMessage", &C::adminMessage, "The text that takes the place of a stripped attachment.")
            .maxLength(C::kMaxAdminMessage)
            .tagged("agents.md 8.1, documented; the default is inferred"),
        P("ExceptionConnectors", &C::exceptionConnectors,
          "GUIDs of Receive connectors whose messages are not examined.")
            .maxItems(C::kMaxExceptionConnectors)
            .check(demandGuid),
        P("EncryptedArchive", &C::encryptedArchive,
          "Block makes an archive with a password a forbidden attachment; its names are judged in any case.")
            .setBy("EdgeSimAttachmentFilter"),
        P("UnreadableArchive", &C::unreadableArchive,
          "Block makes an archive a forbidden attachment that is broken or too large to be looked into.")
            .setBy("EdgeSimAttachmentFilter"),
    };
    t.defaults = [](ProfileId profile) {
        C config;
        if (profile < ProfileId::E2016)
            config.action = AttachmentAction::Reject;
        return config;
    };
    return t;
}

NounTable<AttachmentFilterEntry> entryTable() {
    using E = AttachmentFilterEntry;
    using Row = Parameter<E>;
    NounTable<E> t;
    t.noun = "AttachmentFilterEntry";
    t.sentence = "A file name or content type that no attachment may have.";
    t.source = "agents.md 8.1, documented";
    t.cardinality = Cardinality::Many;
    t.identity = &E::identity;
    t.listVerbs = ListVerbs::Add;
    t.notFound = "Couldn't find the specified identity.";
    t.columns = {"Type", "Name", "Identity"};
    t.parameters = {
        Row("Name", &E::name,
            "*.ext or a file name, compared without case; for content types type/subtype. An asterisk stands "
            "for any characters.")
            .maxLength(E::kMaxName)
            .required(),
        Row("Type", &E::type, "Whether Name is a file name or a content type.").required(),
    };
    t.fresh = freshEntries;
    t.derive = [](E& entry, const ParameterNames&, ProfileId) { deriveEntry(entry); };
    t.validate = validateEntry;
    return t;
}

} // namespace

bool AttachmentFilterListConfig::isException(const Guid& connector) const {
    return std::any_of(exceptionConnectors.begin(), exceptionConnectors.end(),
                       [&connector](const std::string& text) { return Guid::parse(text) == connector; });
}

const NounSchema& attachmentFilterListConfigSchema() {
    static const ObjectSchema<AttachmentFilterListConfig> schema(configTable());
    return schema;
}

const NounSchema& attachmentFilterEntrySchema() {
    static const ObjectSchema<AttachmentFilterEntry> schema(entryTable());
    return schema;
}

} // namespace edge
