// Schema: one table per noun says everything about its parameters, and parser, validation, Get-… output,
// help, export, the API and the reference page all read that table. ObjectSchema<T> is what one writes,
// NounSchema what everybody else sees: the same table with the C++ type forgotten.
#pragma once

#include <edge/base/assert.h>
#include <edge/base/profile.h>
#include <edge/base/text.h>
#include <edge/config/configuration.h>
#include <edge/config/value.h>
#include <edge/config/value_codec.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace edge {

// Where a parameter may be used.
enum class ParameterUse {
    Everywhere, // New-, Set-, and printed by Get-
    NewOnly,    // New-, and printed
    SetOnly,    // Set-, and printed
    SetAct,     // Set- only; an act, not a property (-MakeDefault)
    ReadOnly,   // printed only
    Later,      // a parameter of Exchange's that does nothing here yet: refused by name, not printed
};

// One row of a noun's table.
struct ParameterInfo {
    std::string name;
    std::string help;   // one sentence
    std::string source; // "agents.md 3.1, documented"; empty: the noun's
    std::string laterReason;
    std::string
        setNoun; // not empty: a setting of ours, changed by Set-<setNoun> and by no cmdlet of Exchange's
    std::string typeText;           // "number 1 to 500"
    std::vector<std::string> words; // what completion offers
    ParameterUse use = ParameterUse::Everywhere;
    bool mandatory = false;  // New- asks for it
    bool positional = false; // New- takes it without its name
    ProfileId since = ProfileId::E2007;
    bool isList = false;
    ValueRules rules;
    std::function<CmdletValue(const void* object, const ValueRules&)> get;
    std::function<Result<>(void* object, const CmdletValue&, const ValueRules&)> set;
    std::function<std::string(const ValueRules&)> describeType;

    // Printed by Get- under that profile.
    bool isProperty(ProfileId profile) const;
    bool isSettable() const; // by Set-, or by the Set- of setNoun
    bool isNewable() const;  // by New-
    CmdletValue valueOf(const void* object) const { return get(object, rules); }
};

// The names of the parameters that somebody set (not by default); case-insensitive.
using ParameterNames = std::set<std::string, ILess>;

template <class M>
inline constexpr bool kIsListMember = false;
template <class E>
inline constexpr bool kIsListMember<std::vector<E>> = true;
template <class E, class Less>
inline constexpr bool kIsListMember<std::set<E, Less>> = !std::is_enum_v<E>;

// A row under construction: P("MaxHopCount", &ReceiveConnector::maxHopCount, "…").range(1, 500).
template <class T>
class Parameter : public ParameterInfo {
public:
    // `member` is a pointer to a data member, or a function from T& to a reference to the member.
    template <class Member>
    requires std::is_lvalue_reference_v<std::invoke_result_t<Member, T&>>
    Parameter(std::string parameterName, Member member, std::string sentence) {
        using M = std::remove_cvref_t<std::invoke_result_t<Member, T&>>;
        name = std::move(parameterName);
        help = std::move(sentence);
        isList = kIsListMember<M>;
        words = ValueCodec<M>::words();
        describeType = ValueCodec<M>::typeText;
        get = [member](const void* object, const ValueRules& valueRules) {
            // The member function gives a reference for writing; get only reads through it.
            auto& target = *const_cast<T*>(static_cast<const T*>(object));
            return ValueCodec<M>::toValue(std::invoke(member, target), valueRules);
        };
        set = [member](void* object, const CmdletValue& value, const ValueRules& valueRules) -> Result<> {
            M& place = std::invoke(member, *static_cast<T*>(object));
            auto read = ValueCodec<M>::fromValue(value, valueRules, place);
            if (!read)
                return read.error();
            place = std::move(*read);
            return {};
        };
    }
    // A property that is computed: printed, never set.
    Parameter(std::string propertyName, std::function<CmdletValue(const T&)> getter, std::string sentence) {
        name = std::move(propertyName);
        help = std::move(sentence);
        use = ParameterUse::ReadOnly;
        describeType = [](const ValueRules&) { return std::string("read-only"); };
        get = [getter = std::move(getter)](const void* object, const ValueRules&) {
            return getter(*static_cast<const T*>(object));
        };
    }

    // Bounds of a number.
    Parameter& range(std::int64_t minimum, std::int64_t maximum) {
        rules.minimum = minimum;
        rules.maximum = maximum;
        return *this;
    }
    // Bounds of a time span.
    Parameter& range(Duration minimum, Duration maximum) { return range(minimum.count(), maximum.count()); }
    // A missing value is Unlimited (else $null); the member is a std::optional.
    Parameter& unlimited() {
        rules.unlimited = true;
        words.emplace_back("Unlimited");
        return *this;
    }
    // A std::uint64_t that counts things rather than octets.
    Parameter& count() {
        rules.count = true;
        return *this;
    }
    Parameter& maxItems(std::size_t limit) {
        rules.maxItems = limit;
        return *this;
    }
    Parameter& maxLength(std::size_t limit) {
        rules.maxLength = limit;
        return *this;
    }
    // Neither "" nor $null will do.
    Parameter& notEmpty() {
        rules.notEmpty = true;
        return *this;
    }
    Parameter& form(TextForm textForm) {
        rules.form = textForm;
        return *this;
    }
    // One more demand on a text, or on each text of a list.
    Parameter& check(std::function<Result<>(std::string_view)> demand) {
        rules.check = std::move(demand);
        return *this;
    }
    Parameter& required() {
        mandatory = true;
        return *this;
    }
    // May be given to New- without its name, as Name always may.
    Parameter& withoutName() {
        positional = true;
        return *this;
    }
    Parameter& usedIn(ParameterUse where) {
        use = where;
        return *this;
    }
    // First version of Exchange that has it; older profiles refuse it by name.
    Parameter& introducedIn(ProfileId profile) {
        since = profile;
        return *this;
    }
    // A setting of ours on an object of Exchange's: printed, but changed by Set-<noun> only.
    Parameter& setBy(std::string noun) {
        setNoun = std::move(noun);
        source = "edgesim's own";
        return *this;
    }
    Parameter& tagged(std::string sourceTag) {
        source = std::move(sourceTag);
        return *this;
    }
    // Known to Exchange, without effect here yet: refused with this reason.
    Parameter& later(std::string reason) {
        use = ParameterUse::Later;
        laterReason = std::move(reason);
        return *this;
    }
};

// A parameter of the real cmdlet that has no member here, and why.
struct RefusedParameter {
    std::string name;
    std::string reason; // "comes with …", "belongs to Mailbox servers"
};

// How many objects of a noun there are.
enum class Cardinality {
    Single, // SenderFilterConfig: Get- and Set-
    Many,   // ReceiveConnector: New-, Get-, Set-, Remove-
};

// Which cmdlets make and change the objects of a list.
enum class ListVerbs {
    NewSet, // New-, Set-
    Add,    // Add- and no Set-: an entry is what it is (ContentFilterPhrase)
};

// The table seen without its type. Objects are `const void*` of the one type behind the schema; only the
// schema itself looks inside.
class NounSchema {
public:
    using ObjectPtr = std::shared_ptr<const void>;

    virtual ~NounSchema() = default;

    const std::string& noun() const { return noun_; }
    const std::string& sentence() const { return sentence_; }
    const std::string& source() const { return source_; }
    Cardinality cardinality() const { return cardinality_; }
    bool hasIdentity() const { return hasIdentity_; }
    ListVerbs listVerbs() const { return listVerbs_; }
    // The cmdlet that makes an object: "New-AcceptedDomain", "Add-ContentFilterPhrase".
    std::string makingCmdlet() const;
    // Another word for -Identity at Get- and Remove-; empty: none.
    const std::string& identityAlias() const { return identityAlias_; }
    // What is said where there is no object of that identity; empty: words of ours, which name the nearest.
    const std::string& notFound() const { return notFound_; }
    // Columns of the default table; empty: the default view is a list.
    const std::vector<std::string>& columns() const { return columns_; }
    const std::vector<ParameterInfo>& parameters() const { return parameters_; }
    const std::vector<RefusedParameter>& refused() const { return refused_; }
    // By full name without case; nullptr where there is none.
    const ParameterInfo* findParameter(std::string_view name) const;

    // Sets one parameter of an object under that profile. The message says what is wrong and the nearest
    // right word.
    Result<> apply(void* object, std::string_view parameter, const CmdletValue& value,
                   ProfileId profile) const;
    // The properties of an object as Get- emits them, Identity first.
    CmdletObjectPtr toObject(const void* object, const Configuration& configuration) const;
    // "EDGE01\Default internal receive connector EDGE01", or the plain name.
    std::string fullIdentity(const void* object, const Configuration& configuration) const;
    // `identity` (full, or the name alone, without case) means this object.
    bool isIdentity(const void* object, std::string_view identity, const Configuration& configuration) const;

    // The name of an object; empty for a Single without one.
    virtual std::string nameOf(const void* object) const = 0;
    virtual std::shared_ptr<void> create(ProfileId profile) const = 0;
    virtual std::shared_ptr<void> copy(const void* object) const = 0;
    // The objects in a configuration: exactly one for a Single.
    virtual std::vector<ObjectPtr> objects(const Configuration& configuration) const = 0;
    virtual void setObjects(Configuration& configuration, std::vector<ObjectPtr> objects) const = 0;
    // What a fresh server of that version has.
    virtual std::vector<ObjectPtr> fresh(ProfileId profile) const = 0;
    // Recomputes what follows from other members, unless set explicitly.
    virtual void derive(void* object, const ParameterNames& explicitly, ProfileId profile) const = 0;
    // Lets a change of one object bear on its siblings (only one default domain).
    virtual Result<> settle(std::vector<std::shared_ptr<void>>& objects, std::size_t changed) const = 0;
    virtual Result<> mayRemove(const void* object) const = 0;
    // Rules between members, siblings and other nouns.
    virtual Result<> validate(const Configuration& configuration) const = 0;

protected:
    NounSchema() = default;

    std::string noun_, sentence_, source_;
    Cardinality cardinality_ = Cardinality::Single;
    bool hasIdentity_ = false;
    ListVerbs listVerbs_ = ListVerbs::NewSet;
    std::string identityAlias_;
    std::string notFound_;
    std::vector<std::string> columns_;
    std::vector<ParameterInfo> parameters_;
    std::vector<RefusedParameter> refused_;
    std::function<std::string(const Configuration&)> identityPrefix_;

    // Fills what is derived from the rows and asserts that the table makes sense.
    void finish();

private:
    Error unknownParameter(std::string_view name) const;
};

// The table one writes. Members that are left out have the plain meaning.
template <class T>
struct NounTable {
    std::string noun;        // "SenderFilterConfig"
    std::string sentence;    // what it is, for help and reference page
    std::string source = ""; // source tag of the rows that have none
    Cardinality cardinality = Cardinality::Single;
    std::string T::*identity = nullptr; // the member that names the object; demanded for Many
    ListVerbs listVerbs = ListVerbs::NewSet;
    std::string identityAlias = ""; // -Phrase for -Identity at Get- and Remove-
    // Exchange's own words where there is no such object. An asterisk in an identity is a letter then.
    std::string notFound = "";
    std::vector<std::string> columns = {};
    std::vector<Parameter<T>> parameters;
    std::vector<RefusedParameter> refused = {};
    // Defaults of that version; T{} if left out.
    std::function<T(ProfileId)> defaults = nullptr;
    // Objects of a fresh server (Many only); none if left out.
    std::function<std::vector<T>(ProfileId)> fresh = nullptr;
    // Prefix of the printed identity: "EDGE01\".
    std::function<std::string(const Configuration&)> identityPrefix = nullptr;
    std::function<void(T&, const ParameterNames& explicitly, ProfileId)> derive = nullptr;
    std::function<Result<>(const std::vector<T*>& all, T& changed)> settle = nullptr;
    std::function<Result<>(const T&)> mayRemove = nullptr;
    std::function<Result<>(const T&, const Configuration&)> validate = nullptr;
};

template <class T>
class ObjectSchema final : public NounSchema {
public:
    explicit ObjectSchema(NounTable<T> table)
        : table_(std::move(table)) {
        noun_ = table_.noun;
        sentence_ = table_.sentence;
        source_ = table_.source;
        cardinality_ = table_.cardinality;
        hasIdentity_ = table_.identity != nullptr;
        listVerbs_ = table_.listVerbs;
        identityAlias_ = table_.identityAlias;
        notFound_ = table_.notFound;
        columns_ = table_.columns;
        parameters_.assign(table_.parameters.begin(), table_.parameters.end());
        table_.parameters.clear();
        refused_ = table_.refused;
        identityPrefix_ = table_.identityPrefix;
        finish();
    }

    std::string nameOf(const void* object) const override {
        return hasIdentity_ ? static_cast<const T*>(object)->*table_.identity : std::string();
    }
    std::shared_ptr<void> create(ProfileId profile) const override {
        return std::make_shared<T>(table_.defaults ? table_.defaults(profile) : T{});
    }
    std::shared_ptr<void> copy(const void* object) const override {
        return std::make_shared<T>(*static_cast<const T*>(object));
    }
    std::vector<ObjectPtr> objects(const Configuration& configuration) const override {
        if (cardinality_ == Cardinality::Single)
            return {configuration.share<T>()};
        const auto& all = configuration.all<T>();
        return {all.begin(), all.end()};
    }
    void setObjects(Configuration& configuration, std::vector<ObjectPtr> objects) const override {
        if (cardinality_ == Cardinality::Single) {
            EDGE_ASSERT(objects.size() == 1, "a Single noun has exactly one object");
            configuration.set(std::static_pointer_cast<const T>(objects.front()));
            return;
        }
        std::vector<std::shared_ptr<const T>> typed;
        for (auto& object : objects)
            typed.push_back(std::static_pointer_cast<const T>(std::move(object)));
        configuration.setAll<T>(std::move(typed));
    }
    std::vector<ObjectPtr> fresh(ProfileId profile) const override {
        if (cardinality_ == Cardinality::Single)
            return {create(profile)};
        std::vector<ObjectPtr> all;
        if (table_.fresh)
            for (auto& object : table_.fresh(profile))
                all.push_back(std::make_shared<const T>(std::move(object)));
        return all;
    }
    void derive(void* object, const ParameterNames& explicitly, ProfileId profile) const override {
        if (table_.derive)
            table_.derive(*static_cast<T*>(object), explicitly, profile);
    }
    Result<> settle(std::vector<std::shared_ptr<void>>& objects, std::size_t changed) const override {
        if (!table_.settle)
            return {};
        std::vector<T*> all;
        for (const auto& object : objects)
            all.push_back(static_cast<T*>(object.get()));
        return table_.settle(all, *all[changed]);
    }
    Result<> mayRemove(const void* object) const override {
        return table_.mayRemove ? table_.mayRemove(*static_cast<const T*>(object)) : Result<>();
    }
    Result<> validate(const Configuration& configuration) const override {
        if (!table_.validate)
            return {};
        for (const auto& object : objects(configuration))
            if (auto valid = table_.validate(*static_cast<const T*>(object.get()), configuration); !valid)
                return valid;
        return {};
    }

private:
    NounTable<T> table_;
};

} // namespace edge
