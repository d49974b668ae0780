#include <edge/base/assert.h>
#include <edge/server/shell/cmdlet.h>

#include <algorithm>

namespace edge {

const BoundArgument* BoundParameters::find(std::string_view name) const {
    const auto found = std::find_if(
        all.begin(), all.end(), [name](const auto& bound) { return iequals(bound.parameter->name, name); });
    return found == all.end() ? nullptr : &*found;
}

std::string BoundParameters::text(std::string_view name) const {
    const auto* bound = find(name);
    return bound == nullptr ? std::string() : bound->value.toText();
}

std::vector<std::string> BoundParameters::texts(std::string_view name) const {
    std::vector<std::string> texts;
    const auto* bound = find(name);
    const auto* list = bound == nullptr ? nullptr : bound->value.as<CmdletList>();
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
        texts.push_back((*list)[i].toText());
    return texts;
}

std::int64_t BoundParameters::integer(std::string_view name, std::int64_t otherwise) const {
    const auto* bound = find(name);
    const auto* number = bound == nullptr ? nullptr : bound->value.as<std::int64_t>();
    return number == nullptr ? otherwise : *number;
}

bool BoundParameters::isSet(std::string_view name) const {
    const auto* bound = find(name);
    const auto* truth = bound == nullptr ? nullptr : bound->value.as<bool>();
    return truth != nullptr && *truth;
}

void CmdletRegistry::add(Cmdlet cmdlet) {
    EDGE_ASSERT(find(cmdlet.name) == nullptr, "a cmdlet is registered once");
    EDGE_ASSERT(!cmdlet.synopsis.empty(), "every cmdlet has its sentence");
    const auto name = cmdlet.name;
    auto owned = std::make_unique<Cmdlet>(std::move(cmdlet));
    for (const auto& alias : owned->aliases) {
        EDGE_ASSERT(find(alias.name) == nullptr, "an alias is registered once");
        aliases_.emplace(alias.name, std::pair(alias, owned.get()));
    }
    cmdlets_.emplace(name, std::move(owned));
}

const Cmdlet* CmdletRegistry::find(std::string_view name) const {
    if (const auto found = cmdlets_.find(name); found != cmdlets_.end())
        return found->second.get();
    const auto alias = aliases_.find(name);
    return alias == aliases_.end() ? nullptr : alias->second.second;
}

const CmdletAlias* CmdletRegistry::findAlias(std::string_view name) const {
    const auto found = aliases_.find(name);
    return found == aliases_.end() ? nullptr : &found->second.first;
}

std::vector<const Cmdlet*> CmdletRegistry::all() const {
    std::vector<const Cmdlet*> sorted;
    for (const auto& entry : cmdlets_)
        sorted.push_back(entry.second.get());
    return sorted;
}

std::vector<std::string> CmdletRegistry::names() const {
    std::vector<std::string> names;
    for (const auto& entry : cmdlets_)
        names.push_back(entry.first);
    for (const auto& entry : aliases_)
        names.push_back(entry.first);
    return names;
}

void CmdletRegistry::setView(const std::string& typeName, std::vector<ViewColumn> columns) {
    views_[typeName] = std::move(columns);
}

const std::vector<ViewColumn>* CmdletRegistry::view(std::string_view typeName) const {
    const auto found = views_.find(typeName);
    return found == views_.end() ? nullptr : &found->second;
}

const std::vector<CmdletParameter>& commonParameters(bool changesState) {
    static const std::vector<std::string> kActions{"Continue", "SilentlyContinue", "Stop", "Ignore"};
    static const std::vector<CmdletParameter> kAlways{
        {.name = "ErrorAction",
         .help = "What happens after an error: Continue, SilentlyContinue, Ignore or Stop.",
         .kind = ArgumentKind::Text,
         .words = kActions,
         .aliases = {"ea"}},
        {.name = "WarningAction",
         .help = "Whether warnings are shown: Continue or SilentlyContinue.",
         .kind = ArgumentKind::Text,
         .words = kActions,
         .aliases = {"wa"}},
        {.name = "Verbose",
         .help = "Says more about what is done.",
         .kind = ArgumentKind::Switch,
         .aliases = {"vb"}},
    };
    static const std::vector<CmdletParameter> kChanging = [] {
        auto all = kAlways;
        all.push_back({.name = "WhatIf",
                       .help = "Checks and says what would be done, but changes nothing.",
                       .kind = ArgumentKind::Switch,
                       .aliases = {"wi"}});
        all.push_back({.name = "Confirm",
                       .help = "Asks first; -Confirm:$false never asks.",
                       .kind = ArgumentKind::Switch,
                       .aliases = {"cf"}});
        all.push_back({.name = "Force", .help = "Never asks.", .kind = ArgumentKind::Switch});
        return all;
    }();
    return changesState ? kChanging : kAlways;
}

} // namespace edge
