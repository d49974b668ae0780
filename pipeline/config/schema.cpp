#include <edge/config/schema.h>
#include <edge/config/suggestion.h>

namespace edge {
namespace {

Error refusal(std::string message) {
    return {Errc::InvalidArgument, std::move(message)};
}

} // namespace

bool ParameterInfo::isProperty(ProfileId profile) const {
    return use != ParameterUse::SetAct && use != ParameterUse::Later && since <= profile;
}

bool ParameterInfo::isSettable() const {
    return use == ParameterUse::Everywhere || use == ParameterUse::SetOnly || use == ParameterUse::SetAct;
}

bool ParameterInfo::isNewable() const {
    return setNoun.empty() && (use == ParameterUse::Everywhere || use == ParameterUse::NewOnly);
}

const ParameterInfo* NounSchema::findParameter(std::string_view name) const {
    for (const auto& parameter : parameters_)
        if (iequals(parameter.name, name))
            return &parameter;
    return nullptr;
}

void NounSchema::finish() {
    EDGE_ASSERT(cardinality_ == Cardinality::Single || hasIdentity_, "objects of a list have an identity");
    for (auto& parameter : parameters_) {
        parameter.typeText = parameter.describeType(parameter.rules);
        if (parameter.source.empty())
            parameter.source = source_;
        if (listVerbs_ == ListVerbs::Add && parameter.use == ParameterUse::Everywhere)
            parameter.use = ParameterUse::NewOnly;
        EDGE_ASSERT(!parameter.help.empty(), "every parameter has its sentence");
        EDGE_ASSERT(parameter.set || parameter.use == ParameterUse::ReadOnly,
                    "what cannot be set is ReadOnly");
    }
}

std::string NounSchema::makingCmdlet() const {
    return (listVerbs_ == ListVerbs::Add ? "Add-" : "New-") + noun_;
}

Error NounSchema::unknownParameter(std::string_view name) const {
    for (const auto& refused : refused_)
        if (iequals(refused.name, name))
            return {Errc::Unsupported,
                    "-" + refused.name + " of " + noun_ + " is not supported: " + refused.reason};
    std::vector<std::string> names;
    for (const auto& parameter : parameters_)
        if (parameter.use != ParameterUse::Later)
            names.push_back(parameter.name);
    return refusal(noun_ + " has no parameter \"" + std::string(name) + "\"" + didYouMean(name, names));
}

Result<> NounSchema::apply(void* object, std::string_view name, const CmdletValue& value,
                           ProfileId profileId) const {
    const auto* parameter = findParameter(name);
    if (parameter == nullptr)
        return unknownParameter(name);
    if (parameter->use == ParameterUse::Later)
        return Error{Errc::Unsupported,
                     "-" + parameter->name + " of " + noun_ + " is not supported: " + parameter->laterReason};
    if (parameter->use == ParameterUse::ReadOnly)
        return refusal(parameter->name + " of " + noun_ + " is read-only");
    if (parameter->since > profileId)
        return Error{Errc::Unsupported, "-" + parameter->name + " came with Exchange " +
                                            std::string(profile(parameter->since).name) +
                                            "; this server has profile " +
                                            std::string(profile(profileId).name)};
    if (auto done = parameter->set(object, value, parameter->rules); !done)
        return Error{done.error().code, "-" + parameter->name + ": " + done.error().message};
    return {};
}

CmdletObjectPtr NounSchema::toObject(const void* object, const Configuration& configuration) const {
    auto printed = std::make_shared<CmdletObject>();
    printed->typeName = noun_;
    printed->identity = fullIdentity(object, configuration);
    for (const auto& parameter : parameters_)
        if (parameter.isProperty(configuration.profile))
            printed->add(parameter.name, parameter.valueOf(object));
    if (hasIdentity_ && printed->find("Identity") == nullptr)
        printed->add("Identity", printed->identity);
    return printed;
}

std::string NounSchema::fullIdentity(const void* object, const Configuration& configuration) const {
    return hasIdentity_ ? (identityPrefix_ ? identityPrefix_(configuration) : "") + nameOf(object) : noun_;
}

bool NounSchema::isIdentity(const void* object, std::string_view identity,
                            const Configuration& configuration) const {
    return iequals(identity, nameOf(object)) || iequals(identity, fullIdentity(object, configuration));
}

} // namespace edge
