// Get-, Set-, New- and Remove-<Noun>, derived from the noun's table.
#include <edge/base/assert.h>
#include <edge/config/suggestion.h>
#include <edge/server/shell/standard_cmdlets.h>
#include <edge/server/shell/text_match.h>

#include <algorithm>

namespace edge {
namespace {

CmdletParameter identityParameter(const NounSchema& schema, bool mandatory) {
    return {.name = "Identity",
            .help = "Which one: its name" + std::string(schema.cardinality() == Cardinality::Many
                                                            ? ", or an object through the pipe."
                                                            : "."),
            .kind = ArgumentKind::Text,
            .position = 0,
            .mandatory = mandatory,
            .typeText = "name",
            .aliases = schema.identityAlias().empty() ? std::vector<std::string>{}
                                                      : std::vector{schema.identityAlias()}};
}

// What a question or -WhatIf is about: AcceptedDomain "Contoso".
std::string described(const NounSchema& schema, const std::string& identity) {
    return schema.noun() +
           (identity.empty() || iequals(identity, schema.noun()) ? "" : " \"" + identity + "\"");
}

std::vector<CmdletAlias> serviceAliases(const std::string& verb, const NounSchema& schema) {
    if (schema.noun() != "TransportServer")
        return {};
    return {{verb + "-TransportService", ProfileId::E2013}};
}

// The objects that an identity (perhaps with wildcards) means; all where none is given.
ScriptResult<std::vector<NounSchema::ObjectPtr>> objectsMeant(CmdletContext& context,
                                                              const NounSchema& schema,
                                                              const Configuration& configuration,
                                                              const BoundParameters& bound, bool wildcards) {
    const bool all = !bound.has("Identity");
    const auto identity = bound.text("Identity");
    wildcards = wildcards && schema.notFound().empty();
    std::vector<NounSchema::ObjectPtr> meant;
    std::vector<std::string> names;
    for (const auto& object : schema.objects(configuration)) {
        const auto name = schema.nameOf(object.get());
        names.push_back(name);
        if (all || schema.isIdentity(object.get(), identity, configuration) ||
            (wildcards && hasWildcard(identity) && matchesWildcard(name, identity)))
            meant.push_back(object);
    }
    if (meant.empty() && !all && !(wildcards && hasWildcard(identity)))
        return context.error(ErrorCategory::Operation,
                             !schema.notFound().empty()
                                 ? schema.notFound()
                                 : "there is no " + schema.noun() + " \"" + identity + "\"" +
                                       didYouMean(identity, names),
                             "Identity");
    return meant;
}

void addGet(CmdletRegistry& registry, const NounSchema& schema) {
    Cmdlet cmdlet;
    cmdlet.name = "Get-" + schema.noun();
    cmdlet.synopsis = "Shows: " + schema.sentence();
    cmdlet.source = schema.source();
    cmdlet.aliases = serviceAliases("Get", schema);
    cmdlet.noun = schema.noun();
    if (schema.hasIdentity()) {
        cmdlet.parameters = {identityParameter(schema, false)};
        cmdlet.input = PipelineInput::ByIdentity;
    }
    if (schema.noun() == "ReceiveConnector")
        cmdlet.parameters.push_back(serverParameter());
    cmdlet.run = [&schema](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
        if (auto here = checkServer(context, bound); !here)
            return here;
        const auto configuration = context.store().current();
        const auto objects = objectsMeant(context, schema, *configuration, bound, true);
        if (!objects)
            return objects.error();
        for (const auto& object : *objects)
            context.emit(CmdletValue(schema.toObject(object.get(), *configuration)));
        return {};
    };
    registry.add(std::move(cmdlet));
    std::vector<ViewColumn> columns;
    for (const auto& column : schema.columns())
        columns.push_back({column, 0});
    if (!columns.empty())
        registry.setView(schema.noun(), std::move(columns));
}

// Exchange's words where a Set- changed nothing.
void warnUnchanged(CmdletContext& context, const NounSchema& schema, const std::string& identity) {
    context.warn("The command completed successfully but no settings of '" +
                 (identity.empty() ? schema.noun() : identity) + "' have been modified.");
}

ScriptResult<> set(CmdletContext& context, const NounSchema& schema, const BoundParameters& bound) {
    const auto before = context.store().current();
    const auto objects = objectsMeant(context, schema, *before, bound, false);
    if (!objects)
        return objects.error();
    EDGE_ASSERT(objects->size() == 1, "a name means one object, and -Identity of a list is mandatory");
    const auto full = schema.fullIdentity(objects->front().get(), *before);
    const auto name = schema.nameOf(objects->front().get());
    const auto change = [&](ConfigurationDraft& draft, std::span<const Assignment> assignments,
                            std::size_t* failed) { return draft.set(schema, name, assignments, failed); };
    if (auto done = changeConfiguration(context, assignmentsOf(schema, bound), change, "Setting",
                                        described(schema, full));
        !done || context.whatIf())
        return done;
    // By its new name, where it was renamed.
    const auto after = context.store().current();
    const auto old = schema.toObject(objects->front().get(), *before);
    for (const auto& object : schema.objects(*after))
        if (schema.toObject(object.get(), *after)->properties == old->properties) {
            warnUnchanged(context, schema, full);
            break;
        }
    return {};
}

void addSet(CmdletRegistry& registry, const NounSchema& schema, const std::string& setNoun) {
    const bool own = setNoun.empty();
    Cmdlet cmdlet;
    cmdlet.name = "Set-" + (own ? schema.noun() : setNoun);
    cmdlet.synopsis =
        own ? "Changes: " + schema.sentence() : "Changes settings of ours on " + schema.noun() + ".";
    cmdlet.source = own ? schema.source() : "edgesim's own";
    if (own)
        cmdlet.aliases = serviceAliases("Set", schema);
    cmdlet.noun = schema.noun();
    cmdlet.changesState = true;
    if (schema.hasIdentity()) {
        cmdlet.parameters = {identityParameter(schema, schema.cardinality() == Cardinality::Many)};
        cmdlet.input = PipelineInput::ByIdentity;
    }
    for (auto& parameter : schemaParameters(schema, false, setNoun))
        cmdlet.parameters.push_back(std::move(parameter));
    cmdlet.run = [&schema](CmdletContext& context, const BoundParameters& bound) {
        return set(context, schema, bound);
    };
    registry.add(std::move(cmdlet));
}

// What somebody who makes an object calls it, whatever its identity will be.
std::string givenName(const NounSchema& schema, const BoundParameters& bound) {
    for (const auto& row : schema.parameters())
        if (row.positional)
            return bound.text(row.name);
    return bound.text("Name");
}

void addMaking(CmdletRegistry& registry, const NounSchema& schema) {
    Cmdlet cmdlet;
    cmdlet.name = schema.makingCmdlet();
    cmdlet.synopsis = "Makes a new one: " + schema.sentence();
    cmdlet.source = schema.source();
    cmdlet.noun = schema.noun();
    cmdlet.changesState = true;
    cmdlet.parameters = schemaParameters(schema, true, "");
    cmdlet.run = [&schema](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
        const auto change = [&](ConfigurationDraft& draft, std::span<const Assignment> assignments,
                                std::size_t* failed) { return draft.create(schema, assignments, failed); };
        if (auto done = changeConfiguration(context, assignmentsOf(schema, bound), change, "Making",
                                            described(schema, givenName(schema, bound)));
            !done || context.whatIf())
            return done;
        const auto configuration = context.store().current();
        const auto made = schema.objects(*configuration).back(); // a new one comes last
        context.emit(CmdletValue(schema.toObject(made.get(), *configuration)));
        return {};
    };
    registry.add(std::move(cmdlet));
}

void addRemove(CmdletRegistry& registry, const NounSchema& schema) {
    Cmdlet cmdlet;
    cmdlet.name = "Remove-" + schema.noun();
    cmdlet.synopsis = "Removes one: " + schema.sentence();
    cmdlet.source = schema.source();
    cmdlet.noun = schema.noun();
    cmdlet.changesState = true;
    cmdlet.asksFirst = true;
    cmdlet.input = PipelineInput::ByIdentity;
    cmdlet.parameters = {identityParameter(schema, true)};
    cmdlet.run = [&schema](CmdletContext& context, const BoundParameters& bound) -> ScriptResult<> {
        const auto configuration = context.store().current();
        const auto objects = objectsMeant(context, schema, *configuration, bound, false);
        if (!objects)
            return objects.error();
        EDGE_ASSERT(objects->size() == 1, "a name means one object, and -Identity is mandatory");
        const auto name = schema.nameOf(objects->front().get());
        const auto change = [&](ConfigurationDraft& draft, std::span<const Assignment>, std::size_t*) {
            return draft.remove(schema, name);
        };
        return changeConfiguration(
            context, {}, change, "Removing",
            described(schema, schema.fullIdentity(objects->front().get(), *configuration)));
    };
    registry.add(std::move(cmdlet));
}

CmdletParameter parameterOf(const ParameterInfo& row, bool isNew) {
    CmdletParameter parameter;
    parameter.name = row.name;
    parameter.help = row.help;
    parameter.typeText = row.typeText;
    parameter.source = row.source;
    parameter.words = row.words;
    parameter.mandatory = isNew && row.mandatory;
    parameter.position = isNew && (row.name == "Name" || row.positional) ? 0 : -1;
    parameter.since = row.since;
    if (row.use == ParameterUse::Later)
        parameter.laterReason = row.laterReason;
    return parameter;
}

// Why a row of the table is no parameter of this cmdlet; empty where it is one, or where nobody would look
// for it here.
std::string whyNot(const ParameterInfo& row, const NounSchema& schema, bool isNew) {
    if (!row.setNoun.empty())
        return "it is a setting of edgesim's own: Set-" + row.setNoun;
    if (isNew && (row.use == ParameterUse::SetOnly || row.use == ParameterUse::SetAct))
        return "use Set-" + schema.noun() + " afterwards";
    if (!isNew && row.use == ParameterUse::NewOnly)
        return "it is given once, to " + schema.makingCmdlet();
    return row.use == ParameterUse::ReadOnly ? "it is only shown" : "";
}

} // namespace

std::vector<CmdletParameter> schemaParameters(const NounSchema& schema, bool isNew,
                                              std::string_view setNoun) {
    std::vector<CmdletParameter> parameters;
    for (const auto& row : schema.parameters()) {
        const bool mine = row.setNoun == setNoun && (isNew ? row.isNewable() : row.isSettable());
        if (!mine && !setNoun.empty())
            continue;
        parameters.push_back(parameterOf(row, isNew));
        if (!mine && row.use != ParameterUse::Later)
            parameters.back().laterReason = whyNot(row, schema, isNew);
        if (!mine) {
            parameters.back().mandatory = false;
            parameters.back().exactOnly = row.use != ParameterUse::Later;
        }
    }
    if (setNoun.empty())
        for (const auto& refused : schema.refused())
            parameters.push_back(
                {.name = refused.name, .help = refused.reason, .laterReason = refused.reason});
    return parameters;
}

std::vector<Assignment> assignmentsOf(const NounSchema& schema, const BoundParameters& bound) {
    std::vector<Assignment> assignments;
    for (const auto& argument : bound.all)
        if (schema.findParameter(argument.parameter->name) != nullptr)
            assignments.push_back({argument.parameter->name, argument.value});
    return assignments;
}

ScriptResult<> changeConfiguration(CmdletContext& context, std::vector<Assignment> assignments,
                                   const AssignmentChange& change, const std::string& action,
                                   const std::string& target) {
    // On a scratch copy first: all wrong parameters are reported, and -WhatIf and the question come after the
    // check.
    ConfigurationStore scratch(context.store());
    std::vector<ScriptError> problems;
    for (auto tried = assignments;;) {
        auto failed = tried.size();
        const auto done =
            scratch.update([&](ConfigurationDraft& draft) { return change(draft, tried, &failed); });
        if (done)
            break;
        const bool oneIsWrong = failed < tried.size();
        if (oneIsWrong ||
            problems.empty()) // without the wrong ones, a rule between parameters proves nothing
            problems.push_back(context.error(categoryOf(done.error().code), done.error().message,
                                             oneIsWrong ? tried[failed].parameter : std::string()));
        if (!oneIsWrong)
            break;
        tried.erase(tried.begin() + static_cast<std::ptrdiff_t>(failed));
    }
    if (!problems.empty()) {
        for (std::size_t i = 0; i + 1 < problems.size(); ++i)
            context.report(problems[i]);
        return problems.back();
    }
    const auto proceed = context.shouldProcess(action, target);
    if (!proceed)
        return proceed.error();
    if (!*proceed)
        return {};
    const auto done = context.store().update(
        [&](ConfigurationDraft& draft) { return change(draft, assignments, nullptr); });
    if (!done)
        return context.error(categoryOf(done.error().code), done.error().message);
    return {};
}

void registerNounCmdlets(CmdletRegistry& registry, const NounSchema& schema) {
    addGet(registry, schema);
    if (schema.listVerbs() == ListVerbs::NewSet)
        addSet(registry, schema, "");
    std::set<std::string> setNouns;
    for (const auto& row : schema.parameters())
        if (!row.setNoun.empty())
            setNouns.insert(row.setNoun);
    for (const auto& setNoun : setNouns)
        addSet(registry, schema, setNoun);
    if (schema.cardinality() == Cardinality::Single)
        return;
    if (schema.noun() != "ReceiveConnector") // it has usages: registerConnectorCmdlets
        addMaking(registry, schema);
    addRemove(registry, schema);
}

} // namespace edge
