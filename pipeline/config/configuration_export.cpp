// Export: the shortest script that makes a fresh server equal to this configuration (round trip tested).
#include <edge/config/configuration_store.h>

#include <algorithm>

namespace edge {
namespace {

// A list of one is written as people write it, without brackets.
std::string argumentText(const CmdletValue& value) {
    const auto* list = value.as<CmdletList>();
    return list != nullptr && list->size() == 1 ? list->front().toScript() : value.toScript();
}

class Exporter {
public:
    Exporter(const NounSchema& schema, const Configuration& configuration)
        : schema_(schema)
        , configuration_(configuration)
        , objects_(schema.objects(configuration))
        , fresh_(schema.fresh(configuration.profile)) {}

    std::string script() {
        if (schema_.cardinality() == Cardinality::Single) {
            set(objects_.front().get(), "", [](const ParameterInfo& row) { return row.isSettable(); });
            return script_;
        }
        for (const auto& object : fresh_)
            if (find(objects_, object.get()) == nullptr)
                line("Remove-" + schema_.noun() + " -Identity " +
                     quotedLiteral(schema_.nameOf(object.get())) + " -Confirm:$false");
        for (const auto& object : objects_)
            if (find(fresh_, object.get()) != nullptr)
                set(object.get(), schema_.nameOf(object.get()),
                    [](const ParameterInfo& row) { return row.isSettable(); });
        for (const auto& object : objects_)
            if (find(fresh_, object.get()) == nullptr)
                create(object.get());
        return script_;
    }

private:
    const void* find(const std::vector<NounSchema::ObjectPtr>& among, const void* object) const {
        for (const auto& candidate : among)
            if (iequals(schema_.nameOf(candidate.get()), schema_.nameOf(object)))
                return candidate.get();
        return nullptr;
    }

    void line(const std::string& text) { script_ += text + "\n"; }

    // Set explicitly; an act (-MakeDefault) only while it is still so.
    bool isWanted(const ParameterInfo& row, const void* object, const std::string& name) const {
        const auto& settings = configuration_.get<ExplicitSettings>();
        if (row.since > configuration_.profile || !settings.of(schema_, name).contains(row.name))
            return false;
        return row.use != ParameterUse::SetAct || row.valueOf(object) == CmdletValue(true);
    }

    // " -Name value" of the wanted rows that pass.
    template <class Filter>
    std::string arguments(const void* object, const std::string& name, Filter filter) const {
        std::string text;
        for (const auto& row : schema_.parameters())
            if (filter(row) && isWanted(row, object, name))
                text += " -" + row.name + " " + argumentText(row.valueOf(object));
        return text;
    }

    // One line for each Set- cmdlet that has a wanted row.
    template <class Filter>
    void set(const void* object, const std::string& name, Filter filter) {
        for (const auto& noun : setNouns()) {
            const auto text = arguments(
                object, name, [&](const ParameterInfo& row) { return filter(row) && row.setNoun == noun; });
            if (!text.empty())
                line("Set-" + (noun.empty() ? schema_.noun() : noun) +
                     (name.empty() ? "" : " -Identity " + quotedLiteral(name)) + text);
        }
    }

    // The noun's own Set- first (empty), then those of ours.
    std::set<std::string> setNouns() const {
        std::set<std::string> nouns{""};
        for (const auto& row : schema_.parameters())
            nouns.insert(row.setNoun);
        return nouns;
    }

    void create(const void* object) {
        const auto name = schema_.nameOf(object);
        line(schema_.makingCmdlet() +
             arguments(object, name, [](const ParameterInfo& row) { return row.isNewable(); }));
        set(object, name, [](const ParameterInfo& row) { return row.isSettable() && !row.isNewable(); });
    }

    const NounSchema& schema_;
    const Configuration& configuration_;
    const std::vector<NounSchema::ObjectPtr> objects_;
    const std::vector<NounSchema::ObjectPtr> fresh_;
    std::string script_;
};

} // namespace

std::string exportScript(const NounList& nouns, const Configuration& configuration) {
    std::string script;
    if (configuration.profile != kDefaultProfile)
        script += "Set-EdgeSimProfile " + std::string(profile(configuration.profile).name) + "\n";
    for (const auto* schema : nouns)
        script += Exporter(*schema, configuration).script();
    return script;
}

} // namespace edge
