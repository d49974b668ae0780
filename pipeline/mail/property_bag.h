// The Properties of sessions, messages and recipients: where agents leave notes for each other
// (platform.md 1.6).
#pragma once

#include <any>
#include <map>
#include <string>
#include <utility>

namespace edge {

// Names to values of any type. Lives as long as its owner; never shared between sessions.
class PropertyBag {
public:
    template <class T>
    void set(const std::string& name, T value) {
        values_[name] = std::move(value);
    }
    // The value, or nullptr where there is none of that name and type.
    template <class T>
    const T* get(const std::string& name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? nullptr : std::any_cast<T>(&found->second);
    }
    bool contains(const std::string& name) const { return values_.count(name) != 0; }
    void remove(const std::string& name) { values_.erase(name); }
    // All of them, by name: what the queue goes through to see what it can keep.
    auto begin() const { return values_.begin(); }
    auto end() const { return values_.end(); }
    void merge(const PropertyBag& other) {
        for (const auto& [name, value] : other.values_)
            values_[name] = value;
    }

private:
    std::map<std::string, std::any> values_;
};

} // namespace edge
