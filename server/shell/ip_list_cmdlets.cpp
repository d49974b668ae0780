// The cmdlets of the static IP Allow and Block lists (agents.md 2.1): the same three for each list, and an
// import of ours for lists that nobody types.
#include <edge/base/text.h>
#include <edge/server/shell/shell_host.h>
#include <edge/server/shell/standard_cmdlets.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace edge {
namespace {

constexpr auto kSource = "agents.md 2.1, documented";
constexpr std::int64_t kShown = 1000;     // entries of one Get-, unless -ResultSize says otherwise
constexpr std::size_t kMaxComment = 1024; // octets
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();
// What an entry without ExpirationTime shows: a date that every comparison understands.
constexpr UtcTime kNever = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::hours(23) +
                           std::chrono::minutes(59) + std::chrono::seconds(59);

// One of the two lists in words.
struct ListWords {
    IpListKind kind;
    const char* word; // "Block"
    std::string noun() const { return std::string("IP") + word + "ListEntry"; }
    std::string name() const { return std::string("IP ") + word + " list"; }
};
constexpr ListWords kLists[] = {{IpListKind::Allow, "Allow"}, {IpListKind::Block, "Block"}};

CmdletValue entryObject(const ListWords& list, const IpListEntry& entry, UtcTime now) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = list.noun();
    object->identity = std::to_string(entry.identity);
    object->add("Identity", entry.identity);
    object->add("IPRange", entry.range.toString());
    object->add("ExpirationTime", entry.expirationTime.value_or(kNever));
    object->add("HasExpired", entry.hasExpired(now));
    object->add("IsMachineGenerated", entry.isMachineGenerated);
    object->add("ListType", std::string(list.word));
    object->add("Comment", entry.comment);
    return CmdletValue(std::move(object));
}

// -IPAddress or -IPRange; one of them.
ScriptResult<IpRange> rangeOf(CmdletContext& context, const BoundParameters& bound) {
    if (bound.has("IPAddress") == bound.has("IPRange"))
        return context.error(ErrorCategory::Parameter,
                             bound.has("IPRange") ? "-IPAddress and -IPRange exclude each other"
                                                  : "-IPAddress or -IPRange is missing",
                             bound.has("IPRange") ? "IPRange" : "");
    if (bound.has("IPRange")) {
        const auto range = IpRange::parse(bound.text("IPRange"));
        if (!range)
            return context.error(ErrorCategory::Value, "-IPRange: " + range.error().message, "IPRange");
        return *range;
    }
    const auto address = IpAddress::parse(bound.text("IPAddress"));
    if (!address)
        return context.error(ErrorCategory::Value,
                             "-IPAddress: \"" + bound.text("IPAddress") +
                                 "\" is not one IP address; a range is given with -IPRange",
                             "IPAddress");
    return IpRange{*address, *address};
}

ScriptResult<> addEntry(CmdletContext& context, const BoundParameters& bound, const ListWords& list) {
    const auto range = rangeOf(context, bound);
    if (!range)
        return range.error();
    IpListEntry entry;
    entry.range = *range;
    entry.comment = bound.text("Comment");
    if (entry.comment.size() > kMaxComment)
        return context.error(ErrorCategory::Value,
                             "-Comment: at most " + std::to_string(kMaxComment) + " octets", "Comment");
    if (const auto* expiration = bound.find("ExpirationTime"))
        if (const auto* when = expiration->value.as<UtcTime>(); when && *when != kNever)
            entry.expirationTime = *when;
    const auto proceed =
        context.shouldProcess("Adding", "\"" + entry.range.toString() + "\" to the " + list.name());
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    const auto added = context.host().addIpListEntry(list.kind, entry);
    if (!added)
        return context.error(categoryOf(added.error().code), added.error().message,
                             bound.has("IPRange") ? "IPRange" : "IPAddress");
    context.emit(entryObject(list, *added, context.host().now()));
    return {};
}

ScriptResult<std::int64_t> identityOf(CmdletContext& context, const BoundParameters& bound,
                                      const ListWords& list) {
    const auto text = bound.text("Identity");
    std::int64_t identity = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), identity);
    if (error != std::errc{} || end != text.data() + text.size())
        return context.error(ErrorCategory::Value,
                             "-Identity: \"" + text + "\" is not the number of an entry; Get-" + list.noun() +
                                 " -IPAddress finds an entry by an address in it",
                             "Identity");
    return identity;
}

ScriptResult<IpListEntry> entryMeant(CmdletContext& context, const BoundParameters& bound,
                                     const ListWords& list) {
    const auto identity = identityOf(context, bound, list);
    if (!identity)
        return identity.error();
    auto entry = context.host().findIpListEntry(list.kind, *identity);
    if (!entry)
        return context.error(ErrorCategory::Operation,
                             "the " + list.name() + " has no entry " + std::to_string(*identity), "Identity");
    return std::move(*entry);
}

// -ResultSize: a number or Unlimited.
ScriptResult<std::int64_t> resultSize(CmdletContext& context, const BoundParameters& bound) {
    if (!bound.has("ResultSize"))
        return kShown;
    const auto text = bound.text("ResultSize");
    if (iequals(text, "Unlimited"))
        return kNoLimit;
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc{} || end != text.data() + text.size() || size < 1)
        return context.error(ErrorCategory::Value,
                             "-ResultSize: \"" + text + "\" is neither a number from 1 on nor Unlimited",
                             "ResultSize");
    return size;
}

ScriptResult<> getEntries(CmdletContext& context, const BoundParameters& bound, const ListWords& list) {
    const auto now = context.host().now();
    if (bound.has("Identity")) {
        const auto entry = entryMeant(context, bound, list);
        if (!entry)
            return entry.error();
        context.emit(entryObject(list, *entry, now));
        return {};
    }
    std::optional<IpAddress> address;
    if (bound.has("IPAddress")) {
        const auto parsed = IpAddress::parse(bound.text("IPAddress"));
        if (!parsed)
            return context.error(ErrorCategory::Value, "-IPAddress: " + parsed.error().message, "IPAddress");
        address = *parsed;
    }
    const auto size = resultSize(context, bound);
    if (!size)
        return size.error();
    const auto limit = static_cast<std::size_t>(*size);
    const auto entries =
        context.host().ipListEntries(list.kind, address, *size == kNoLimit ? limit : limit + 1);
    for (std::size_t i = 0; i < std::min(entries.size(), limit); ++i)
        context.emit(entryObject(list, entries[i], now));
    if (entries.size() > limit)
        context.warn("There are more entries than " + std::to_string(limit) +
                     "; -ResultSize Unlimited shows all.");
    return {};
}

ScriptResult<> removeEntry(CmdletContext& context, const BoundParameters& bound, const ListWords& list) {
    const auto entry = entryMeant(context, bound, list);
    if (!entry)
        return entry.error();
    const auto proceed =
        context.shouldProcess("Removing", "\"" + entry->range.toString() + "\" (entry " +
                                              std::to_string(entry->identity) + ") from the " + list.name());
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = context.host().removeIpListEntry(list.kind, entry->identity); !done)
        return context.error(categoryOf(done.error().code), done.error().message);
    return {};
}

ScriptResult<> importEntries(CmdletContext& context, const BoundParameters& bound) {
    const auto& list = kLists[iequals(bound.text("List"), "Block") ? 1 : 0];
    const auto path = bound.text("Path");
    const auto proceed = context.shouldProcess("Importing", "\"" + path + "\" into the " + list.name());
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    const auto count = context.host().importIpList(list.kind, path);
    if (!count)
        return context.error(categoryOf(count.error().code), count.error().message, "Path");
    context.verbose(std::to_string(*count) + " entries are new");
    return {};
}

CmdletParameter address(std::string help, bool mandatory = false) {
    return {.name = "IPAddress",
            .help = std::move(help),
            .kind = ArgumentKind::Text,
            .mandatory = mandatory,
            .typeText = "IP address",
            .source = kSource};
}

CmdletParameter identity(bool mandatory) {
    return {.name = "Identity",
            .help = "The number of the entry, or an entry through the pipe.",
            .kind = ArgumentKind::Text,
            .position = 0,
            .mandatory = mandatory,
            .typeText = "number",
            .source = kSource};
}

using Act = ScriptResult<>(CmdletContext&, const BoundParameters&, const ListWords&);
auto with(Act* act, const ListWords& list) {
    return [act, &list](CmdletContext& context, const BoundParameters& bound) {
        if (auto here = checkServer(context, bound); !here)
            return here;
        return act(context, bound, list);
    };
}

Cmdlet addCmdlet(const ListWords& list) {
    return {
        .name = "Add-" + list.noun(),
        .synopsis = "Puts an address or a range on the " + list.name() + ".",
        .source = kSource,
        .parameters = {address("One address, IPv4 or IPv6."),
                       {.name = "IPRange",
                        .help = "A range, first-last or address/bits; bits of the host are masked out.",
                        .kind = ArgumentKind::Text,
                        .typeText = "IP range",
                        .source = kSource},
                       {.name = "Comment",
                        .help = "Why it is there.",
                        .kind = ArgumentKind::Text,
                        .typeText = "text",
                        .source = kSource},
                       {.name = "ExpirationTime",
                        .help = "When the entry stops counting (UTC); it stays listed. Never, without it.",
                        .kind = ArgumentKind::Date,
                        .typeText = "date",
                        .source = kSource},
                       serverParameter()},
        .noun = list.noun(),
        .changesState = true,
        .examples = {"Add-" + list.noun() + " -IPRange 192.0.2.0/24 -Comment 'open relays'"},
        .run = with(addEntry, list)};
}

Cmdlet getCmdlet(const ListWords& list) {
    return {.name = "Get-" + list.noun(),
            .synopsis = "Lists the " + list.name() + ", expired entries too.",
            .source = kSource,
            .parameters = {identity(false),
                           address("Shows the entries that contain this address."),
                           {.name = "ResultSize",
                            .help = "Most entries shown; 1000 without it.",
                            .kind = ArgumentKind::Text,
                            .typeText = "number or Unlimited",
                            .source = kSource},
                           serverParameter()},
            .noun = list.noun(),
            .input = PipelineInput::ByIdentity,
            .examples = {"Get-" + list.noun() + " -IPAddress 192.0.2.7"},
            .run = with(getEntries, list)};
}

Cmdlet removeCmdlet(const ListWords& list) {
    Cmdlet cmdlet{.name = "Remove-" + list.noun(),
                  .synopsis = "Takes an entry off the " + list.name() + ".",
                  .source = kSource,
                  .parameters = {identity(true), serverParameter()},
                  .noun = list.noun(),
                  .changesState = true,
                  .asksFirst = true,
                  .input = PipelineInput::ByIdentity,
                  .run = with(removeEntry, list)};
    if (list.kind == IpListKind::Block)
        cmdlet.examples = {
            "Get-IPBlockListEntry | where IsMachineGenerated | Remove-IPBlockListEntry -Confirm:$false"};
    return cmdlet;
}

} // namespace

void registerIpListCmdlets(CmdletRegistry& registry) {
    for (const auto& list : kLists) {
        registry.add(addCmdlet(list));
        registry.add(getCmdlet(list));
        registry.add(removeCmdlet(list));
        registry.setView(list.noun(),
                         {{"Identity", 8}, {"IPRange", 31}, {"ExpirationTime", 22}, {"HasExpired", 0}});
    }
    registry.add({.name = "Import-EdgeSimIPListEntry",
                  .synopsis =
                      "Reads ranges from a file into a list, all or none: one a line, or CSV with a heading "
                      "(IPRange, Comment, ExpirationTime). Ranges that are there already are passed over.",
                  .parameters = {{.name = "List",
                                  .help = "Which list.",
                                  .kind = ArgumentKind::Text,
                                  .mandatory = true,
                                  .typeText = "Allow | Block",
                                  .words = {"Allow", "Block"}},
                                 {.name = "Path",
                                  .help = "The file, on the server's machine.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .mandatory = true,
                                  .typeText = "path"}},
                  .changesState = true,
                  .examples = {"Import-EdgeSimIPListEntry -List Block -Path /srv/lists/drop.txt"},
                  .run = importEntries});
}

std::string ipListScript(const ShellHost& host) {
    std::string script;
    for (const auto& list : kLists)
        for (const auto& entry :
             host.ipListEntries(list.kind, std::nullopt, static_cast<std::size_t>(kNoLimit))) {
            if (entry.isMachineGenerated)
                continue;
            script += "Add-" + list.noun() + " -IPRange " + quotedLiteral(entry.range.toString());
            if (!entry.comment.empty())
                script += " -Comment " + quotedLiteral(entry.comment);
            if (entry.expirationTime)
                script += " -ExpirationTime " + CmdletValue(*entry.expirationTime).toScript();
            script += "\n";
        }
    return script;
}

} // namespace edge
