// Configuration: everything the cmdlets have set, as one immutable snapshot. A session holds the snapshot it
// began with, so a change is atomic and never seen halfway (design: "changes apply atomically to new
// sessions").
#pragma once

#include <edge/base/assert.h>
#include <edge/base/profile.h>

#include <map>
#include <memory>
#include <typeindex>
#include <vector>

namespace edge {

// Typed objects by their C++ type: one of a kind (SenderFilterConfig) or a list (ReceiveConnector). Cheap to
// copy: the objects are shared, a change replaces one pointer.
class Configuration {
public:
    ProfileId profile = kDefaultProfile;

    // The one object of its kind; asserts that its noun was registered.
    template <class T>
    const T& get() const {
        const auto found = singles_.find(typeid(T));
        EDGE_ASSERT(found != singles_.end(), "a configuration noun is registered before it is read");
        return *static_cast<const T*>(found->second.get());
    }
    // The same, for those who keep it longer than the configuration.
    template <class T>
    std::shared_ptr<const T> share() const {
        get<T>();
        return std::static_pointer_cast<const T>(singles_.find(typeid(T))->second);
    }
    template <class T>
    void set(T object) {
        singles_[typeid(T)] = std::make_shared<const T>(std::move(object));
    }
    template <class T>
    void set(std::shared_ptr<const T> object) {
        singles_[typeid(T)] = std::move(object);
    }
    template <class T>
    bool has() const {
        return singles_.contains(typeid(T));
    }

    // All objects of their kind, in the order in which they were made.
    template <class T>
    const std::vector<std::shared_ptr<const T>>& all() const {
        static const std::vector<std::shared_ptr<const T>> none;
        const auto found = lists_.find(typeid(T));
        return found == lists_.end()
                   ? none
                   : *static_cast<const std::vector<std::shared_ptr<const T>>*>(found->second.get());
    }
    template <class T>
    void setAll(std::vector<std::shared_ptr<const T>> objects) {
        lists_[typeid(T)] = std::make_shared<const std::vector<std::shared_ptr<const T>>>(std::move(objects));
    }

private:
    std::map<std::type_index, std::shared_ptr<const void>> singles_;
    std::map<std::type_index, std::shared_ptr<const void>> lists_;
};

using ConfigurationPtr = std::shared_ptr<const Configuration>;

} // namespace edge
