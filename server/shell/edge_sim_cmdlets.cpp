// Cmdlets of our own. Their nouns begin with EdgeSim, so that nobody looks for them on a real server.
#include <edge/config/suggestion.h>
#include <edge/server/config/relaxed_limits.h>
#include <edge/server/shell/shell_host.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/server/shell/text_match.h>

namespace edge {
namespace {

std::vector<std::string> profileNames() {
    std::vector<std::string> names;
    for (const auto& version : profiles())
        names.emplace_back(version.name);
    return names;
}

CmdletValue profileObject(const Profile& version, bool current) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = "EdgeSimProfile";
    object->identity = version.name;
    object->add("Name", std::string(version.name));
    object->add("Current", current);
    object->add("AdminDisplayVersion", std::string(version.adminBuild));
    object->add("MaxMessageSize", ByteQuantifiedSize{version.maxMessageSize});
    return CmdletValue(std::move(object));
}

void addProfileCmdlets(CmdletRegistry& registry) {
    registry.add({.name = "Get-EdgeSimProfile",
                  .synopsis = "Lists the versions of Exchange that this server can stand in for.",
                  .run = [](CmdletContext& context, const BoundParameters&) -> ScriptResult<> {
                      const auto current = context.store().current()->profile;
                      for (const auto& version : profiles())
                          context.emit(profileObject(version, version.id == current));
                      return {};
                  }});
    registry.setView("EdgeSimProfile", {{"Name", 10}, {"Current", 10}, {"AdminDisplayVersion", 0}});
    registry.add(
        {.name = "Set-EdgeSimProfile",
         .synopsis =
             "Makes the server behave like that version of Exchange; what was not set explicitly takes "
             "that version's default.",
         .parameters = {{.name = "Name",
                         .help = "The version: 2007 to 2019, or SE.",
                         .position = 0,
                         .mandatory = true,
                         .typeText = "2007 | 2010 | 2013 | 2016 | 2019 | SE",
                         .words = profileNames()}},
         .changesState = true,
         .examples = {"Set-EdgeSimProfile 2007"},
         .run = [](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
             const auto found = findProfile(bound.text("Name"));
             if (!found)
                 return context.error(ErrorCategory::Value, found.error().message, "Name");
             const auto change = [&](ConfigurationDraft& draft, std::span<const Assignment>,
                                     std::size_t*) -> Result<> {
                 draft.setProfile(*found);
                 return {};
             };
             return changeConfiguration(context, {}, change, "Setting",
                                        "profile \"" + std::string(profile(*found).name) + "\"");
         }});
}

CmdletParameter recipientAddress(int position) {
    return {.name = "PrimarySmtpAddress",
            .help = "The address.",
            .kind = ArgumentKind::Text,
            .position = position,
            .mandatory = true,
            .typeText = "SMTP address"};
}

CmdletValue recipientObject(const AddressBookEntry& entry) {
    auto object = std::make_shared<CmdletObject>();
    object->typeName = "EdgeSimRecipient";
    object->identity = entry.primarySmtpAddress.toString();
    object->add("PrimarySmtpAddress", entry.primarySmtpAddress.toString());
    object->add("DisplayName", entry.displayName);
    object->add("RecipientType", entry.recipientType);
    object->add("AntispamBypassEnabled", entry.antispamBypass);
    object->add("RequireSenderAuthenticationEnabled", entry.requireSenderAuthentication);
    object->add("Identity", object->identity);
    return CmdletValue(std::move(object));
}

// An address as a recipient has it: mailbox and domain.
ScriptResult<RoutingAddress> addressOf(CmdletContext& context, const BoundParameters& bound,
                                       std::string_view name) {
    const auto address = RoutingAddress::parse(bound.text(name));
    if (!address)
        return context.error(ErrorCategory::Value, "-" + std::string(name) + ": " + address.error().message,
                             name);
    if (address->domainPart().empty())
        return context.error(ErrorCategory::Value,
                             "-" + std::string(name) + ": \"" + address->toString() + "\" has no domain",
                             name);
    return *address;
}

ScriptResult<> newRecipient(CmdletContext& context, const BoundParameters& bound) {
    const auto address = addressOf(context, bound, "PrimarySmtpAddress");
    if (!address)
        return address.error();
    AddressBookEntry entry;
    entry.primarySmtpAddress = *address;
    entry.displayName = bound.text("DisplayName");
    entry.antispamBypass = bound.isSet("AntispamBypassEnabled");
    entry.requireSenderAuthentication = bound.isSet("RequireSenderAuthenticationEnabled");
    if (context.host().findRecipient(*address))
        return context.error(ErrorCategory::Operation,
                             "there is a recipient " + address->toString() + " already",
                             "PrimarySmtpAddress");
    const auto proceed = context.shouldProcess("Making", "recipient \"" + address->toString() + "\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = context.host().addRecipient(entry); !done)
        return context.error(categoryOf(done.error().code), done.error().message);
    return {};
}

ScriptResult<> getRecipients(CmdletContext& context, const BoundParameters& bound) {
    const auto identity = bound.text("Identity");
    if (bound.has("Identity") && !hasWildcard(identity)) {
        const auto address = addressOf(context, bound, "Identity");
        if (!address)
            return address.error();
        const auto entry = context.host().findRecipient(*address);
        if (!entry)
            return context.error(ErrorCategory::Operation, "there is no recipient " + identity, "Identity");
        context.emit(recipientObject(*entry));
        return {};
    }
    const auto all = context.host().recipients();
    const auto limit = bound.integer("ResultSize", 1000);
    std::int64_t shown = 0;
    for (const auto& entry : all) {
        if (bound.has("Identity") && !matchesWildcard(entry.primarySmtpAddress.toString(), identity))
            continue;
        if (shown++ == limit) {
            context.warn("There are more recipients than " + std::to_string(limit) +
                         "; -ResultSize shows more.");
            return {};
        }
        context.emit(recipientObject(entry));
    }
    return {};
}

ScriptResult<> removeRecipient(CmdletContext& context, const BoundParameters& bound) {
    const auto address = addressOf(context, bound, "Identity");
    if (!address)
        return address.error();
    if (!context.host().findRecipient(*address))
        return context.error(ErrorCategory::Operation, "there is no recipient " + address->toString(),
                             "Identity");
    const auto proceed = context.shouldProcess("Removing", "recipient \"" + address->toString() + "\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    if (auto done = context.host().removeRecipient(*address); !done)
        return context.error(categoryOf(done.error().code), done.error().message);
    return {};
}

ScriptResult<> importRecipients(CmdletContext& context, const BoundParameters& bound) {
    const auto path = bound.text("Path");
    const auto proceed = context.shouldProcess("Importing", "recipients from \"" + path + "\"");
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    const auto count = context.host().importRecipients(path);
    if (!count)
        return context.error(categoryOf(count.error().code), count.error().message, "Path");
    context.verbose(std::to_string(*count) + " recipients are new");
    return {};
}

CmdletParameter recipientIdentity(bool mandatory) {
    return {.name = "Identity",
            .help = mandatory ? "The address." : "The address, or a pattern with * for several.",
            .kind = ArgumentKind::Text,
            .position = 0,
            .mandatory = mandatory,
            .typeText = "SMTP address"};
}

void addRecipientCmdlets(CmdletRegistry& registry) {
    registry.add({.name = "New-EdgeSimRecipient",
                  .synopsis = "Makes an address known to the Recipient Filter, as EdgeSync would.",
                  .parameters = {recipientAddress(0),
                                 {.name = "DisplayName",
                                  .help = "The name of the recipient.",
                                  .kind = ArgumentKind::Text,
                                  .typeText = "text"},
                                 {.name = "AntispamBypassEnabled",
                                  .help = "Antispam agents leave mail to this recipient alone.",
                                  .kind = ArgumentKind::Bool,
                                  .typeText = "$true or $false",
                                  .words = {"$true", "$false"}},
                                 {.name = "RequireSenderAuthenticationEnabled",
                                  .help = "The recipient takes no mail from outside.",
                                  .kind = ArgumentKind::Bool,
                                  .typeText = "$true or $false",
                                  .words = {"$true", "$false"}}},
                  .changesState = true,
                  .examples = {"New-EdgeSimRecipient mary@adventureworks.com -DisplayName \"Mary North\""},
                  .run = newRecipient});
    registry.add({.name = "Get-EdgeSimRecipient",
                  .synopsis = "Lists the recipients this server knows.",
                  .parameters = {recipientIdentity(false),
                                 {.name = "ResultSize",
                                  .help = "Most recipients shown; 1000 without it.",
                                  .kind = ArgumentKind::Integer,
                                  .typeText = "number"}},
                  .noun = "EdgeSimRecipient",
                  .input = PipelineInput::ByIdentity,
                  .run = getRecipients});
    registry.setView("EdgeSimRecipient", {{"PrimarySmtpAddress", 45}, {"DisplayName", 0}});
    registry.add({.name = "Remove-EdgeSimRecipient",
                  .synopsis = "Makes an address unknown again.",
                  .parameters = {recipientIdentity(true)},
                  .noun = "EdgeSimRecipient",
                  .changesState = true,
                  .asksFirst = true,
                  .input = PipelineInput::ByIdentity,
                  .run = removeRecipient});
    registry.add({.name = "Import-EdgeSimRecipient",
                  .synopsis = "Reads recipients from a file: one address a line, or CSV with a heading.",
                  .parameters = {{.name = "Path",
                                  .help = "The file, on the server's machine.",
                                  .kind = ArgumentKind::Text,
                                  .position = 0,
                                  .mandatory = true,
                                  .typeText = "path"}},
                  .changesState = true,
                  .run = importRecipients});
}

std::string recipientScript(const std::vector<AddressBookEntry>& recipients) {
    std::string script;
    for (const auto& entry : recipients) {
        script += "New-EdgeSimRecipient " + quotedLiteral(entry.primarySmtpAddress.toString());
        if (!entry.displayName.empty())
            script += " -DisplayName " + quotedLiteral(entry.displayName);
        if (entry.antispamBypass)
            script += " -AntispamBypassEnabled $true";
        if (entry.requireSenderAuthentication)
            script += " -RequireSenderAuthenticationEnabled $true";
        script += "\n";
    }
    return script;
}

void addExport(CmdletRegistry& registry) {
    registry.add(
        {.name = "Export-EdgeSimConfig",
         .synopsis = "Prints a script that brings a fresh server to this configuration.",
         .parameters = {{.name = "IncludeRecipient",
                         .help = "Prints the recipients as well.",
                         .kind = ArgumentKind::Switch},
                        {.name = "IncludeIPList",
                         .help = "Prints the IP Allow and Block lists as well, without the entries of "
                                 "sender reputation.",
                         .kind = ArgumentKind::Switch}},
         .examples = {"Export-EdgeSimConfig -IncludeRecipient"},
         .run = [](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
             auto script = exportScript(context.store().nouns(), *context.store().current()) +
                           context.host().exportTransportAgents();
             if (bound.isSet("IncludeRecipient"))
                 script += recipientScript(context.host().recipients());
             if (bound.isSet("IncludeIPList"))
                 script += ipListScript(context.host());
             // One text a line, as a text file would come through a pipe.
             for (const auto line : split(trim(script), '\n'))
                 if (!line.empty())
                     context.emit(CmdletValue(line));
             return {};
         }});
}

void addResume(CmdletRegistry& registry) {
    registry.add({.name = "Resume-EdgeSimQueue",
                  .synopsis = "Takes mail again after a disk fault made the queue refuse everything.",
                  .changesState = true,
                  .run = [](CmdletContext& context, const BoundParameters&) -> ScriptResult<> {
                      const auto proceed = context.shouldProcess("Resuming", "the submission queue");
                      if (!proceed)
                          return proceed.error();
                      if (!*proceed)
                          return {};
                      if (auto done = context.host().resumeQueue(); !done)
                          return context.error(ErrorCategory::Operation, done.error().message);
                      return {};
                  }});
}

// What the limit is now, on all objects of its noun: one value, or several.
CmdletValue presentValue(const ConfigurationStore& store, const RelaxedLimit& limit) {
    const auto configuration = store.current();
    const auto* schema = findNoun(store.nouns(), limit.noun);
    const auto* row = schema == nullptr ? nullptr : schema->findParameter(limit.parameter);
    CmdletList values;
    if (row != nullptr)
        for (const auto& object : schema->objects(*configuration)) {
            auto value = row->valueOf(object.get());
            if (std::find(values.begin(), values.end(), value) == values.end())
                values.push_back(std::move(value));
        }
    return values.size() == 1 ? values.front() : CmdletValue(std::move(values));
}

void addRelaxedLimits(CmdletRegistry& registry) {
    registry.add({.name = "Get-EdgeSimRelaxedLimit",
                  .synopsis = "Shows the limits that Enable-EdgeSimRelaxedLimit sets, beside those in force.",
                  .run = [](CmdletContext& context, const BoundParameters&) -> ScriptResult<> {
                      for (const auto& limit : relaxedLimits()) {
                          auto object = std::make_shared<CmdletObject>();
                          object->typeName = "EdgeSimRelaxedLimit";
                          object->identity = limit.parameter;
                          object->add("Parameter", std::string(limit.parameter));
                          object->add("Noun", std::string(limit.noun));
                          object->add("Relaxed", std::string(limit.value));
                          object->add("InForce", presentValue(context.store(), limit));
                          context.emit(CmdletValue(std::move(object)));
                      }
                      return {};
                  }});
    registry.setView("EdgeSimRelaxedLimit",
                     {{"Parameter", 42}, {"Noun", 18}, {"Relaxed", 12}, {"InForce", 0}});
    for (const bool enable : {true, false})
        registry.add(
            {.name = enable ? "Enable-EdgeSimRelaxedLimit" : "Disable-EdgeSimRelaxedLimit",
             .synopsis = enable ? "Lifts the limits that stand in the way of tests: tarpit, rates, limits by "
                                  "source, short timeouts; on the connectors that are there."
                                : "Gives those limits their default values again.",
             .changesState = true,
             .run = [enable](CmdletContext& context, const BoundParameters&) {
                 const auto change = [enable](ConfigurationDraft& draft, std::span<const Assignment>,
                                              std::size_t*) {
                     return enable ? enableRelaxedLimits(draft) : disableRelaxedLimits(draft);
                 };
                 return changeConfiguration(context, {}, change, enable ? "Relaxing" : "Restoring",
                                            "the limits of all receive connectors and the server");
             }});
}

} // namespace

void registerEdgeSimCmdlets(CmdletRegistry& registry) {
    addProfileCmdlets(registry);
    addRecipientCmdlets(registry);
    addExport(registry);
    addResume(registry);
    addRelaxedLimits(registry);
}

} // namespace edge
