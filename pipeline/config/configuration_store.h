// ConfigurationStore: the one place that holds the configuration in force. A change is made on a draft,
// checked as a whole and published in one step; readers hold the snapshot they began with.
#pragma once

#include <edge/base/result.h>
#include <edge/config/configuration.h>
#include <edge/config/configuration_draft.h>

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace edge {

class ConfigurationStore {
public:
    // Holds what a fresh server of that version has of these nouns.
    explicit ConfigurationStore(NounList nouns, ProfileId profile = kDefaultProfile);
    // A scratch copy with the same content and no listeners: for -WhatIf and `edgesim check`.
    ConfigurationStore(const ConfigurationStore& other);
    ConfigurationStore& operator=(const ConfigurationStore&) = delete;

    const NounList& nouns() const { return nouns_; }
    // The snapshot in force. Callable from every thread.
    ConfigurationPtr current() const;

    // Lets `change` work on a draft, checks all rules and publishes; nothing happens where either fails.
    // Callable from every thread; changes are made one after the other.
    Result<> update(const std::function<Result<>(ConfigurationDraft&)>& change);

    using Listener = std::function<void(const ConfigurationPtr&)>;
    // Calls `listener` after each change, on the thread that made it, until the returned token is gone. A
    // listener may read the store, but not change it.
    [[nodiscard]] std::shared_ptr<void> subscribe(Listener listener);

private:
    const NounList nouns_;
    mutable std::mutex currentMutex_;
    ConfigurationPtr current_;
    std::mutex updateMutex_; // held for the whole of an update, listeners included
    // Tokens own the listeners; the list only watches them.
    std::mutex listenersMutex_;
    std::list<std::weak_ptr<const Listener>> listeners_;
};

// A script that brings a fresh server to this configuration: the profile, then what was set explicitly.
std::string exportScript(const NounList& nouns, const Configuration& configuration);

} // namespace edge
