#include <edge/config/configuration_draft.h>
#include <edge/config/suggestion.h>

#include <algorithm>

namespace edge {
namespace {

Error refusal(Errc code, std::string message) {
    return {code, std::move(message)};
}

// Whether the row may be used in this cmdlet, and if not, where else.
Result<> checkUse(const NounSchema& schema, const ParameterInfo& parameter, bool isNew) {
    if (isNew && (parameter.use == ParameterUse::SetOnly || parameter.use == ParameterUse::SetAct))
        return refusal(Errc::InvalidArgument, "-" + parameter.name + " is no parameter of " +
                                                  schema.makingCmdlet() + "; use Set-" + schema.noun() +
                                                  " afterwards");
    if (!isNew && parameter.use == ParameterUse::NewOnly)
        return refusal(Errc::InvalidArgument, "-" + parameter.name + " is given once, to " +
                                                  schema.makingCmdlet() + "; it cannot be changed");
    return {};
}

} // namespace

const NounSchema* findNoun(const NounList& nouns, std::string_view noun) {
    const auto found = std::find_if(nouns.begin(), nouns.end(),
                                    [noun](const auto* schema) { return iequals(schema->noun(), noun); });
    return found == nouns.end() ? nullptr : *found;
}

const ParameterNames& ExplicitSettings::of(const NounSchema& schema, std::string_view name) const {
    static const ParameterNames none;
    const auto byObject = nouns.find(schema.noun());
    if (byObject == nouns.end())
        return none;
    const auto found = byObject->second.find(name);
    return found == byObject->second.end() ? none : found->second;
}

ConfigurationDraft::ConfigurationDraft(const NounList& nouns, const Configuration& base)
    : nouns_(nouns)
    , configuration_(base) {
    if (base.has<ExplicitSettings>())
        explicit_ = base.get<ExplicitSettings>();
}

ConfigurationDraft::Objects ConfigurationDraft::editable(const NounSchema& schema) const {
    Objects copies;
    for (const auto& object : schema.objects(configuration_))
        copies.push_back(schema.copy(object.get()));
    return copies;
}

void ConfigurationDraft::store(const NounSchema& schema, Objects objects) {
    schema.setObjects(configuration_, {objects.begin(), objects.end()});
    configuration_.set(explicit_);
}

ParameterNames& ConfigurationDraft::explicitOf(const NounSchema& schema, const std::string& name) {
    return explicit_.nouns[schema.noun()][name];
}

Result<std::size_t> ConfigurationDraft::find(const NounSchema& schema, const Objects& objects,
                                             std::string_view identity) const {
    if (schema.cardinality() == Cardinality::Single && (!schema.hasIdentity() || identity.empty()))
        return std::size_t{0};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < objects.size(); ++i) {
        if (schema.isIdentity(objects[i].get(), identity, configuration_))
            return i;
        names.push_back(schema.nameOf(objects[i].get()));
    }
    return refusal(Errc::NotFound, "there is no " + schema.noun() + " \"" + std::string(identity) + "\"" +
                                       didYouMean(identity, names));
}

Result<> ConfigurationDraft::assign(const NounSchema& schema, void* object,
                                    std::span<const Assignment> assignments, bool isNew,
                                    ParameterNames& explicitly, std::size_t* failed) const {
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        if (failed != nullptr)
            *failed = i;
        const auto& [name, value] = assignments[i];
        const auto* parameter = schema.findParameter(name);
        if (parameter != nullptr)
            if (auto usable = checkUse(schema, *parameter, isNew); !usable)
                return usable;
        if (auto done = schema.apply(object, name, value, configuration_.profile); !done)
            return done;
        explicitly.insert(parameter->name);
    }
    if (failed != nullptr)
        *failed = assignments.size(); // whatever goes wrong from here on concerns no single assignment
    schema.derive(object, explicitly, configuration_.profile);
    return {};
}

Result<> ConfigurationDraft::checkName(const NounSchema& schema, const Objects& objects,
                                       std::size_t changed) const {
    if (schema.cardinality() == Cardinality::Single)
        return {};
    const auto name = schema.nameOf(objects[changed].get());
    if (name.empty())
        return refusal(Errc::InvalidArgument, "every " + schema.noun() + " needs a name");
    for (std::size_t i = 0; i < objects.size(); ++i)
        if (i != changed && iequals(schema.nameOf(objects[i].get()), name))
            return refusal(Errc::AlreadyExists, schema.noun() + " \"" + name + "\" exists already");
    return {};
}

Result<> ConfigurationDraft::set(const NounSchema& schema, std::string_view identity,
                                 std::span<const Assignment> assignments, std::size_t* failed) {
    if (failed != nullptr)
        *failed = assignments.size();
    auto objects = editable(schema);
    const auto index = find(schema, objects, identity);
    if (!index)
        return index.error();
    auto* object = objects[*index].get();
    const auto oldName = schema.nameOf(object);
    auto explicitly = explicit_.of(schema, oldName);
    if (auto done = assign(schema, object, assignments, false, explicitly, failed); !done)
        return done;
    if (auto unique = checkName(schema, objects, *index); !unique)
        return unique;
    if (auto settled = schema.settle(objects, *index); !settled)
        return settled;
    const auto newName = schema.nameOf(object);
    if (!iequals(oldName, newName) && schema.cardinality() == Cardinality::Many) {
        // A renamed object is no longer the one that a fresh server has: all its deviations are its own from
        // now on.
        const auto plain = schema.create(configuration_.profile);
        for (const auto& parameter : schema.parameters())
            if (parameter.isNewable() && parameter.valueOf(object) != parameter.valueOf(plain.get()))
                explicitly.insert(parameter.name);
        explicit_.nouns[schema.noun()].erase(oldName);
    }
    explicitOf(schema, schema.cardinality() == Cardinality::Many ? newName : std::string()) =
        std::move(explicitly);
    store(schema, std::move(objects));
    return {};
}

Result<> ConfigurationDraft::create(const NounSchema& schema, std::span<const Assignment> assignments,
                                    std::size_t* failed) {
    EDGE_ASSERT(schema.cardinality() == Cardinality::Many, "only lists get new objects");
    auto objects = editable(schema);
    objects.push_back(schema.create(configuration_.profile));
    const auto index = objects.size() - 1;
    ParameterNames explicitly;
    if (auto done = assign(schema, objects[index].get(), assignments, true, explicitly, failed); !done)
        return done;
    if (auto unique = checkName(schema, objects, index); !unique)
        return unique;
    if (auto settled = schema.settle(objects, index); !settled)
        return settled;
    explicitOf(schema, schema.nameOf(objects[index].get())) = std::move(explicitly);
    store(schema, std::move(objects));
    return {};
}

Result<> ConfigurationDraft::remove(const NounSchema& schema, std::string_view identity) {
    EDGE_ASSERT(schema.cardinality() == Cardinality::Many, "only objects of lists are removed");
    auto objects = editable(schema);
    const auto index = find(schema, objects, identity);
    if (!index)
        return index.error();
    if (auto allowed = schema.mayRemove(objects[*index].get()); !allowed)
        return allowed;
    explicit_.nouns[schema.noun()].erase(schema.nameOf(objects[*index].get()));
    objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(*index));
    store(schema, std::move(objects));
    return {};
}

Result<> ConfigurationDraft::reset(const NounSchema& schema, std::string_view identity,
                                   std::span<const std::string> parameters) {
    auto objects = editable(schema);
    const auto index = find(schema, objects, identity);
    if (!index)
        return index.error();
    auto& explicitly =
        explicitOf(schema, schema.cardinality() == Cardinality::Many ? schema.nameOf(objects[*index].get())
                                                                     : std::string());
    for (const auto& parameter : parameters)
        explicitly.erase(parameter);
    objects[*index] = rebased(schema, objects[*index].get(), configuration_.profile);
    store(schema, std::move(objects));
    return {};
}

// The defaults of that version with the explicit settings of `object` on top.
std::shared_ptr<void> ConfigurationDraft::rebased(const NounSchema& schema, const void* object,
                                                  ProfileId profile) const {
    const auto name = schema.nameOf(object);
    auto result = schema.create(profile);
    for (const auto& fresh : schema.fresh(profile))
        if (schema.cardinality() == Cardinality::Single || iequals(schema.nameOf(fresh.get()), name))
            result = schema.copy(fresh.get());
    const auto& explicitly = explicit_.of(schema, schema.cardinality() == Cardinality::Many ? name : "");
    for (const auto& parameter : schema.parameters())
        if (explicitly.contains(parameter.name) || parameter.use == ParameterUse::SetAct) {
            const auto kept = parameter.set(result.get(), parameter.valueOf(object), parameter.rules);
            EDGE_ASSERT(kept.has_value(), "a value that was read can be set again");
        }
    schema.derive(result.get(), explicitly, profile);
    return result;
}

void ConfigurationDraft::setProfile(ProfileId profile) {
    configuration_.profile = profile;
    for (const auto* schema : nouns_) {
        Objects objects;
        for (const auto& object : schema->objects(configuration_))
            objects.push_back(rebased(*schema, object.get(), profile));
        store(*schema, std::move(objects));
    }
}

Result<> ConfigurationDraft::validate() const {
    for (const auto* schema : nouns_)
        if (auto valid = schema->validate(configuration_); !valid)
            return valid;
    return {};
}

} // namespace edge
