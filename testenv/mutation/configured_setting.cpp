#include <edge/server/ip_lists/ip_list_store.h>
#include <edge/testenv/mutation/configured_setting.h>

#include <algorithm>

namespace edge::testenv {
namespace {

using Kind = ConfiguredSetting::Kind;

// One parameter, and what is in it where it is a list.
void addParameter(const NounSchema& schema, const void* object, const ParameterInfo& parameter,
                  std::vector<ConfiguredSetting>& settings) {
    const auto name = schema.cardinality() == Cardinality::Many ? schema.nameOf(object) : std::string();
    const auto value = parameter.valueOf(object);
    const auto* list = value.as<CmdletList>();
    if (!list) {
        settings.push_back({Kind::Parameter, schema.noun(), name, parameter.name, value});
        return;
    }
    for (const auto& element : *list)
        settings.push_back({Kind::Entry, schema.noun(), name, parameter.name, element});
}

bool isFresh(const NounSchema& schema, const std::string& name, ProfileId profile) {
    for (const auto& object : schema.fresh(profile))
        if (iequals(schema.nameOf(object.get()), name))
            return true;
    return false;
}

void addObject(const NounSchema& schema, const void* object, const Configuration& configuration,
               std::vector<ConfiguredSetting>& settings) {
    const bool isMany = schema.cardinality() == Cardinality::Many;
    const auto name = isMany ? schema.nameOf(object) : std::string();
    if (isMany && !isFresh(schema, name, configuration.profile))
        settings.push_back({Kind::Object, schema.noun(), name, {}, {}});
    const auto& names = configuration.get<ExplicitSettings>().of(schema, name);
    for (const auto& parameter : schema.parameters())
        if (names.contains(parameter.name) && parameter.use != ParameterUse::SetAct)
            addParameter(schema, object, parameter, settings);
}

bool isSameList(const ConfiguredSetting& one, const ConfiguredSetting& other) {
    const bool isEntry = one.kind == Kind::Entry || one.kind == Kind::IpEntry;
    return isEntry && one.kind == other.kind && one.noun == other.noun && one.object == other.object &&
           one.parameter == other.parameter;
}

} // namespace

std::string ConfiguredSetting::toString() const {
    auto text = noun;
    if (!object.empty())
        text += " \"" + object + "\"";
    if (!parameter.empty())
        text += (object.empty() ? "." : " -") + parameter;
    return value.isNull() ? text : text + " " + value.toText();
}

std::vector<ConfiguredSetting> configuredSettings(const NounList& nouns, const Configuration& configuration) {
    std::vector<ConfiguredSetting> settings;
    if (!configuration.has<ExplicitSettings>())
        return settings; // nobody has set anything yet
    for (const auto* schema : nouns)
        for (const auto& object : schema->objects(configuration))
            addObject(*schema, object.get(), configuration, settings);
    return settings;
}

std::vector<ConfiguredSetting> configuredSettings(const IpListStore& lists, std::size_t limit) {
    std::vector<ConfiguredSetting> settings;
    for (const auto& [kind, noun] :
         {std::pair{IpListKind::Allow, kIpAllowEntry}, {IpListKind::Block, kIpBlockEntry}})
        for (const auto& entry : lists.table(kind)->list(limit))
            settings.push_back({Kind::IpEntry, noun, {}, {}, entry.range.toString()});
    return settings;
}

std::vector<ConfiguredSetting> thinned(std::vector<ConfiguredSetting> settings, std::size_t most) {
    std::vector<ConfiguredSetting> left;
    for (auto begin = settings.begin(); begin != settings.end();) {
        const auto end = std::find_if(begin + 1, settings.end(), [&](const ConfiguredSetting& other) {
            return !isSameList(*begin, other);
        });
        const auto size = static_cast<std::size_t>(end - begin);
        const auto count = std::min(size, most);
        for (std::size_t i = 0; i < count; ++i)
            left.push_back(std::move(begin[static_cast<std::ptrdiff_t>(i * size / count)]));
        begin = end;
    }
    return left;
}

} // namespace edge::testenv
