#include <edge/config/configuration_store.h>

namespace edge {
namespace {

ConfigurationPtr freshConfiguration(const NounList& nouns, ProfileId profile) {
    auto configuration = std::make_shared<Configuration>();
    configuration->profile = profile;
    configuration->set(ExplicitSettings{});
    for (const auto* schema : nouns)
        schema->setObjects(*configuration, schema->fresh(profile));
    return configuration;
}

} // namespace

ConfigurationStore::ConfigurationStore(NounList nouns, ProfileId profile)
    : nouns_(std::move(nouns))
    , current_(freshConfiguration(nouns_, profile)) {}

ConfigurationStore::ConfigurationStore(const ConfigurationStore& other)
    : nouns_(other.nouns_)
    , current_(other.current()) {}

ConfigurationPtr ConfigurationStore::current() const {
    const std::lock_guard lock(currentMutex_);
    return current_;
}

Result<> ConfigurationStore::update(const std::function<Result<>(ConfigurationDraft&)>& change) {
    const std::lock_guard updating(updateMutex_);
    ConfigurationDraft draft(nouns_, *current());
    if (auto changed = change(draft); !changed)
        return changed;
    if (auto valid = draft.validate(); !valid)
        return valid;
    const ConfigurationPtr published = std::make_shared<const Configuration>(draft.configuration());
    {
        const std::lock_guard lock(currentMutex_);
        current_ = published;
    }
    std::list<std::shared_ptr<const Listener>> called;
    {
        const std::lock_guard lock(listenersMutex_);
        listeners_.remove_if([](const auto& listener) { return listener.expired(); });
        for (const auto& listener : listeners_)
            if (auto alive = listener.lock())
                called.push_back(std::move(alive));
    }
    for (const auto& listener : called)
        (*listener)(published);
    return {};
}

std::shared_ptr<void> ConfigurationStore::subscribe(Listener listener) {
    auto owned = std::make_shared<const Listener>(std::move(listener));
    const std::lock_guard lock(listenersMutex_);
    listeners_.push_back(owned);
    return std::const_pointer_cast<Listener>(owned);
}

} // namespace edge
