#include <edge/testenv/mutation/mutation.h>

#include <algorithm>
#include <array>

namespace edge::testenv {
namespace {

using Kind = Mutation::Kind;

// Tried in this order until the parameter takes one.
constexpr std::array<std::string_view, 3> kOtherTexts{"mutated", "mutated.example",
                                                      "mutated@mutated.example"};

constexpr Duration kSomeTime = std::chrono::seconds(10); // instead of none at all

CmdletList without(CmdletList list, const CmdletValue& element) {
    const auto found = std::find(list.begin(), list.end(), element);
    if (found != list.end())
        list.erase(found);
    return list;
}

// The words of an enumeration; none where the parameter is something else.
std::vector<std::string> wordsOf(const ParameterInfo& parameter) {
    auto words = parameter.words;
    std::erase_if(words,
                  [](const std::string& word) { return word.starts_with('$') || word == "Unlimited"; });
    return words;
}

// What the value of a parameter may become, valid or not.
std::vector<CmdletValue> otherValues(const ParameterInfo& parameter, const CmdletValue& value) {
    if (const auto* flag = value.as<bool>())
        return {CmdletValue(!*flag)};
    if (const auto* number = value.as<std::int64_t>())
        return {CmdletValue(*number - 1), CmdletValue(*number + 1)};
    if (const auto* span = value.as<Duration>())
        return span->count() == 0 ? std::vector<CmdletValue>{CmdletValue(kSomeTime)}
                                  : std::vector<CmdletValue>{CmdletValue(*span / 2), CmdletValue(*span * 2)};
    if (const auto* size = value.as<ByteQuantifiedSize>())
        return {CmdletValue(ByteQuantifiedSize{size->octets / 2}),
                CmdletValue(ByteQuantifiedSize{size->octets * 2})};
    std::vector<CmdletValue> values;
    if (const auto* text = value.as<std::string>()) {
        for (const auto& word : wordsOf(parameter))
            if (!iequals(word, *text))
                values.emplace_back(word);
        if (values.empty())
            values.assign(kOtherTexts.begin(), kOtherTexts.end());
    }
    return values;
}

NounSchema::ObjectPtr findObject(const NounSchema& schema, const Configuration& configuration,
                                 const std::string& name) {
    for (const auto& object : schema.objects(configuration))
        if (schema.cardinality() == Cardinality::Single || iequals(schema.nameOf(object.get()), name))
            return object;
    return nullptr;
}

// The value that the mutation puts in the place of `current`; none where it does not start from there.
std::optional<CmdletValue> newValue(const Mutation& mutation, const CmdletValue& current) {
    if (mutation.kind == Kind::Change)
        return current == mutation.from ? std::optional(mutation.to) : std::nullopt;
    const auto* list = current.as<CmdletList>();
    if (!list || std::find(list->begin(), list->end(), mutation.from) == list->end())
        return std::nullopt;
    return without(*list, mutation.from);
}

// What can only be given to a new object: the object again, with that in it.
Result<> remake(ConfigurationDraft& draft, const NounSchema& schema, const void* object,
                const std::string& name, const Assignment& different) {
    std::vector<Assignment> assignments;
    for (const auto& parameter : schema.parameters())
        if (parameter.isNewable())
            assignments.push_back(parameter.name == different.parameter
                                      ? different
                                      : Assignment{parameter.name, parameter.valueOf(object)});
    if (auto removed = draft.remove(schema, name); !removed)
        return removed;
    return draft.create(schema, assignments);
}

Result<> change(ConfigurationDraft& draft, const NounSchema& schema, const Mutation& mutation) {
    if (mutation.kind == Kind::DropObject)
        return draft.remove(schema, mutation.object);
    const auto object = findObject(schema, draft.configuration(), mutation.object);
    const auto* parameter = schema.findParameter(mutation.parameter);
    if (!object || !parameter)
        return Error{Errc::NotFound, "nothing to change"};
    const auto value = newValue(mutation, parameter->valueOf(object.get()));
    if (!value)
        return Error{Errc::NotFound, "another value"};
    if (parameter->use == ParameterUse::NewOnly)
        return remake(draft, schema, object.get(), mutation.object, {parameter->name, *value});
    const Assignment assignment{parameter->name, *value};
    return draft.set(schema, mutation.object, {&assignment, 1});
}

bool isText(const CmdletValue& value) {
    return value.as<std::string>() != nullptr;
}

// The name of an object is what it is known by, not what it does.
bool isIdentity(const NounSchema& schema, const ParameterInfo& parameter) {
    return schema.cardinality() == Cardinality::Many &&
           (parameter.positional || iequals(parameter.name, "Name"));
}

} // namespace

std::string Mutation::toString() const {
    if (kind == Kind::DisableAgent)
        return "\"" + object + "\" disabled";
    const ConfiguredSetting what{ConfiguredSetting::Kind::Parameter, noun, object, parameter, {}};
    if (kind == Kind::Change)
        return what.toString() + " " + from.toText() + " -> " + to.toText();
    if (kind == Kind::DropObject)
        return what.toString() + " removed";
    return what.toString() + " without " + from.toText();
}

std::vector<Mutation> mutationsOf(const NounList& nouns, const Configuration& configuration,
                                  const ConfiguredSetting& setting) {
    const Mutation base{Kind::DropEntry, setting.noun, setting.object, setting.parameter, setting.value, {}};
    std::vector<Mutation> candidates;
    const auto add = [&](Kind kind, CmdletValue to) {
        candidates.push_back(base);
        candidates.back().kind = kind;
        candidates.back().to = std::move(to);
    };
    if (setting.kind == ConfiguredSetting::Kind::IpEntry) {
        add(Kind::DropIpEntry, {});
        return candidates;
    }
    const auto* schema = findNoun(nouns, setting.noun);
    const auto* parameter = schema ? schema->findParameter(setting.parameter) : nullptr;
    if (setting.kind == ConfiguredSetting::Kind::Object)
        add(Kind::DropObject, {});
    else if (setting.kind == ConfiguredSetting::Kind::Entry)
        add(Kind::DropEntry, {});
    else if (parameter && !isIdentity(*schema, *parameter))
        for (auto& value : otherValues(*parameter, setting.value))
            add(Kind::Change, std::move(value));
    std::erase_if(candidates,
                  [&](const Mutation& mutation) { return !mutated(nouns, configuration, mutation); });
    // Of other texts one is enough; the words of an enumeration are all tried.
    const bool anyText = parameter && isText(setting.value) && wordsOf(*parameter).empty();
    if (anyText && candidates.size() > 1)
        candidates.resize(1);
    return candidates;
}

Mutation disabling(const std::string& agent) {
    return {Kind::DisableAgent, "TransportAgent", agent, {}, {}, {}};
}

std::optional<Configuration> mutated(const NounList& nouns, const Configuration& configuration,
                                     const Mutation& mutation) {
    const auto* schema = findNoun(nouns, mutation.noun);
    if (!schema)
        return std::nullopt;
    ConfigurationDraft draft(nouns, configuration);
    if (!change(draft, *schema, mutation) || !draft.validate())
        return std::nullopt;
    return draft.configuration();
}

} // namespace edge::testenv
