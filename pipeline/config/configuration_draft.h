// ConfigurationDraft: a configuration being changed. It works on a copy that nobody sees until
// ConfigurationStore publishes it, and keeps track of what was set explicitly, so that a change of profile
// touches defaults only and the export prints what somebody meant, not what the tables say.
#pragma once

#include <edge/base/result.h>
#include <edge/config/configuration.h>
#include <edge/config/schema.h>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace edge {

// The nouns in the order of their registration.
using NounList = std::vector<const NounSchema*>;
// By noun, without case; nullptr where there is none.
const NounSchema* findNoun(const NounList& nouns, std::string_view noun);

// One -Name value.
struct Assignment {
    std::string parameter;
    CmdletValue value;
};

// Which parameters of which object were set by somebody; part of the Configuration, beside the objects.
struct ExplicitSettings {
    using ByObject =
        std::map<std::string, ParameterNames, ILess>; // key: name of the object, empty for a Single
    std::map<std::string, ByObject, ILess> nouns;

    const ParameterNames& of(const NounSchema& schema, std::string_view name) const;
};

class ConfigurationDraft {
public:
    ConfigurationDraft(const NounList& nouns, const Configuration& base);

    // As changed so far.
    const Configuration& configuration() const { return configuration_; }
    const NounList& nouns() const { return nouns_; }

    // Every change below fails as a whole or succeeds as a whole; `failed` tells which assignment was wrong.
    // Set-: `identity` is ignored for a Single without one.
    Result<> set(const NounSchema& schema, std::string_view identity, std::span<const Assignment> assignments,
                 std::size_t* failed = nullptr);
    // New-: the assignments include the name.
    Result<> create(const NounSchema& schema, std::span<const Assignment> assignments,
                    std::size_t* failed = nullptr);
    Result<> remove(const NounSchema& schema, std::string_view identity);
    // Back to the default, as if never set.
    Result<> reset(const NounSchema& schema, std::string_view identity,
                   std::span<const std::string> parameters);
    // Another version: whatever was not set explicitly takes that version's default.
    void setProfile(ProfileId profile);

    // The rules of every noun.
    Result<> validate() const;

private:
    using Objects = std::vector<std::shared_ptr<void>>;

    Objects editable(const NounSchema& schema) const;
    void store(const NounSchema& schema, Objects objects);
    // Index of the object meant, or an error that names those there are.
    Result<std::size_t> find(const NounSchema& schema, const Objects& objects,
                             std::string_view identity) const;
    ParameterNames& explicitOf(const NounSchema& schema, const std::string& name);
    Result<> assign(const NounSchema& schema, void* object, std::span<const Assignment> assignments,
                    bool isNew, ParameterNames& explicitly, std::size_t* failed) const;
    Result<> checkName(const NounSchema& schema, const Objects& objects, std::size_t changed) const;
    std::shared_ptr<void> rebased(const NounSchema& schema, const void* object, ProfileId profile) const;

    const NounList& nouns_;
    Configuration configuration_;
    ExplicitSettings explicit_;
};

} // namespace edge
