// ValueCodec<M>: how a C++ member becomes a cmdlet value and back. One small specialization per type, so that
// a row of a schema table needs to say only which member it means; what the type alone does not say (ranges,
// lengths, forms) stands in ValueRules.
#pragma once

#include <edge/base/ip_address.h>
#include <edge/base/ip_range.h>
#include <edge/base/result.h>
#include <edge/base/text.h>
#include <edge/config/enum_words.h>
#include <edge/config/suggestion.h>
#include <edge/config/value.h>
#include <edge/mail/routing_address.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace edge {

// What a text must look like beyond being text.
enum class TextForm {
    Any,
    Ascii,          // printable ASCII
    Domain,         // contoso.com
    DomainWildcard, // contoso.com or *.contoso.com
    Fqdn,           // host name with or without domain
};

// What a table row demands of a value. Numbers, sizes (octets) and time spans (nanoseconds) share minimum and
// maximum.
struct ValueRules {
    std::optional<std::int64_t> minimum;
    std::optional<std::int64_t> maximum;
    std::size_t maxLength = 0; // characters of a text; 0: kMaxTextLength
    std::size_t maxItems = 0;  // elements of a list; 0: kMaxListItems
    TextForm form = TextForm::Any;
    bool count = false;                              // a std::uint64_t counts things, not octets
    bool unlimited = false;                          // an absent value is Unlimited, not $null
    bool notEmpty = false;                           // neither "" nor $null is a text here
    std::function<Result<>(std::string_view)> check; // one more demand on a text

    static constexpr std::size_t kMaxTextLength = 4096; // no documented text parameter is longer
    static constexpr std::size_t kMaxListItems = 10000; // no documented list is longer
};

// "Reject | StampStatus".
std::string wordsText(const std::vector<std::string>& words);
// "Expected a number": a value of the wrong kind.
Error wrongKind(const CmdletValue& value, std::string_view expected);
// `value` is none of `words`.
Error notAWord(std::string_view value, const std::vector<std::string>& words);
Result<> checkText(std::string_view text, const ValueRules& rules);
// `value` in its bounds; `print` makes the bounds readable.
Result<> checkRange(std::int64_t value, const ValueRules& rules, std::string (*print)(std::int64_t));
// " 1…500" or nothing: the bounds for help texts.
std::string rangeText(const ValueRules& rules, std::string (*print)(std::int64_t));
std::string printNumber(std::int64_t number);
std::string printOctets(std::int64_t octets);
std::string printNanoseconds(std::int64_t nanoseconds);

template <class M>
struct ValueCodec;

template <>
struct ValueCodec<bool> {
    static CmdletValue toValue(bool member, const ValueRules&) { return member; }
    static Result<bool> fromValue(const CmdletValue& value, const ValueRules&, const bool& current);
    static std::string typeText(const ValueRules&) { return "$true or $false"; }
    static std::vector<std::string> words() { return {"$true", "$false"}; }
};

template <>
struct ValueCodec<int> {
    static CmdletValue toValue(int member, const ValueRules&) { return member; }
    static Result<int> fromValue(const CmdletValue& value, const ValueRules& rules, const int& current);
    static std::string typeText(const ValueRules& rules) { return "number" + rangeText(rules, printNumber); }
    static std::vector<std::string> words() { return {}; }
};

// std::uint64_t is a size in octets, or a number where the row says so.
template <>
struct ValueCodec<std::uint64_t> {
    static CmdletValue toValue(std::uint64_t member, const ValueRules& rules) {
        return rules.count ? CmdletValue(static_cast<std::int64_t>(member))
                           : CmdletValue(ByteQuantifiedSize{member});
    }
    static Result<std::uint64_t> fromValue(const CmdletValue& value, const ValueRules& rules,
                                           const std::uint64_t& current);
    static std::string typeText(const ValueRules& rules);
    static std::vector<std::string> words() { return {}; }
};

template <>
struct ValueCodec<Duration> {
    static CmdletValue toValue(Duration member, const ValueRules&) { return member; }
    static Result<Duration> fromValue(const CmdletValue& value, const ValueRules& rules,
                                      const Duration& current);
    static std::string typeText(const ValueRules& rules) {
        return "time span" + rangeText(rules, printNanoseconds);
    }
    static std::vector<std::string> words() { return {}; }
};

template <>
struct ValueCodec<UtcTime> {
    static CmdletValue toValue(UtcTime member, const ValueRules&) { return member; }
    static Result<UtcTime> fromValue(const CmdletValue& value, const ValueRules& rules,
                                     const UtcTime& current);
    static std::string typeText(const ValueRules&) { return "date"; }
    static std::vector<std::string> words() { return {}; }
};

// $null empties a text.
template <>
struct ValueCodec<std::string> {
    static CmdletValue toValue(const std::string& member, const ValueRules&) {
        return member.empty() ? CmdletValue() : CmdletValue(member);
    }
    static Result<std::string> fromValue(const CmdletValue& value, const ValueRules& rules,
                                         const std::string& current);
    static std::string typeText(const ValueRules& rules);
    static std::vector<std::string> words() { return {}; }
};

// Address types: anything with parse() and toString().
template <class M>
requires requires(const M& m) {
    { M::parse(std::string_view()) } -> std::same_as<Result<M>>;
    m.toString();
} || std::same_as<M, RoutingAddress>
struct ValueCodec<M> {
    static CmdletValue toValue(const M& member, const ValueRules&) { return member.toString(); }
    static Result<M> fromValue(const CmdletValue& value, const ValueRules& rules, const M&) {
        if (value.kind() != CmdletValue::Kind::Text)
            return wrongKind(value, typeText(rules));
        const auto& text = *value.as<std::string>();
        if (auto checked = checkText(text, rules); !checked)
            return checked.error();
        return M::parse(text);
    }
    static std::string typeText(const ValueRules&) {
        if constexpr (std::same_as<M, RoutingAddress>)
            return "SMTP address";
        else if constexpr (std::same_as<M, IpAddress>)
            return "IP address";
        else if constexpr (std::same_as<M, IpRange>)
            return "IP range (address, a-b or CIDR)";
        else if constexpr (std::same_as<M, Endpoint>)
            return "address:port";
        else
            return "text";
    }
    static std::vector<std::string> words() { return {}; }
};

template <class E>
requires std::is_enum_v<E>
struct ValueCodec<E> {
    static CmdletValue toValue(E member, const ValueRules&) { return wordOf(member); }
    static Result<E> fromValue(const CmdletValue& value, const ValueRules& rules, const E&) {
        if (value.kind() != CmdletValue::Kind::Text)
            return wrongKind(value, typeText(rules));
        return parse(*value.as<std::string>());
    }
    static Result<E> parse(std::string_view text) {
        for (const auto& [enumerator, word] : EnumWords<E>::words)
            if (iequals(text, word))
                return enumerator;
        return notAWord(text, words());
    }
    static std::string typeText(const ValueRules&) { return wordsText(words()); }
    static std::vector<std::string> words() {
        std::vector<std::string> all;
        for (const auto& entry : EnumWords<E>::words)
            all.emplace_back(entry.second);
        return all;
    }
};

// A value that may be absent: Unlimited where the row says so, else $null.
template <class M>
struct ValueCodec<std::optional<M>> {
    static CmdletValue toValue(const std::optional<M>& member, const ValueRules& rules) {
        if (member)
            return ValueCodec<M>::toValue(*member, rules);
        return rules.unlimited ? CmdletValue(Unlimited{}) : CmdletValue();
    }
    static Result<std::optional<M>> fromValue(const CmdletValue& value, const ValueRules& rules,
                                              const std::optional<M>&) {
        if (isAbsent(value, rules))
            return std::optional<M>();
        auto member = ValueCodec<M>::fromValue(value, rules, M{});
        if (!member)
            return member.error();
        return std::optional<M>(std::move(*member));
    }
    static std::string typeText(const ValueRules& rules) {
        return (rules.unlimited ? "Unlimited or " : "$null or ") + ValueCodec<M>::typeText(rules);
    }
    static std::vector<std::string> words() { return ValueCodec<M>::words(); }

private:
    static bool isAbsent(const CmdletValue& value, const ValueRules& rules) {
        if (!rules.unlimited)
            return value.isNull();
        const auto* text = value.as<std::string>();
        return value.kind() == CmdletValue::Kind::Unlimited ||
               (text != nullptr && iequals(*text, "Unlimited"));
    }
};

// A list value taken apart: the whole new content, or what to add and to remove.
struct ListEdit {
    bool replaces = true;
    CmdletList add; // the whole content where `replaces`
    CmdletList remove;

    // A single value is a list of one, $null is empty, @{Add=…;Remove=…} edits.
    static Result<ListEdit> from(const CmdletValue& value);
};

// How many elements a list with these rules may have.
inline std::size_t limitOf(const ValueRules& rules) {
    return rules.maxItems != 0 ? rules.maxItems : ValueRules::kMaxListItems;
}
// More than `limit` elements.
Error tooManyItems(std::size_t limit);

template <class E>
struct ValueCodec<std::vector<E>> {
    static CmdletValue toValue(const std::vector<E>& member, const ValueRules& rules) {
        CmdletList list;
        for (const auto& element : member)
            list.push_back(ValueCodec<E>::toValue(element, rules));
        return list;
    }
    static Result<std::vector<E>> fromValue(const CmdletValue& value, const ValueRules& rules,
                                            const std::vector<E>& current) {
        const auto edit = ListEdit::from(value);
        if (!edit)
            return edit.error();
        std::vector<E> list;
        if (!edit->replaces)
            list = current;
        for (const auto& element : edit->add) {
            auto read = readElement(element, rules);
            if (!read)
                return read.error();
            if (std::find(list.begin(), list.end(), *read) == list.end())
                list.push_back(std::move(*read));
        }
        for (const auto& element : edit->remove) {
            auto read = readElement(element, rules);
            if (!read)
                return read.error();
            list.erase(std::remove(list.begin(), list.end(), *read), list.end());
        }
        if (list.size() > limitOf(rules))
            return tooManyItems(limitOf(rules));
        return list;
    }
    static std::string typeText(const ValueRules& rules) {
        return "list of " + ValueCodec<E>::typeText(rules);
    }
    static std::vector<std::string> words() { return ValueCodec<E>::words(); }

    // One element, with the rules of the list.
    static Result<E> readElement(const CmdletValue& element, const ValueRules& rules) {
        if (element.toText().empty())
            return Error{Errc::InvalidArgument, "a list may not contain an empty element"};
        return ValueCodec<E>::fromValue(element, rules, E{});
    }
};

// The words of a flags value: a list, or one text with commas; "None" is no word.
Result<std::vector<std::string>> flagWords(const CmdletValue& value);

// A set of enumerators is a flags value, "Tls, ExchangeServer"; empty is None.
template <class E>
requires std::is_enum_v<E>
struct ValueCodec<std::set<E>> {
    static CmdletValue toValue(const std::set<E>& member, const ValueRules&) {
        std::string text;
        for (const auto& [enumerator, word] : EnumWords<E>::words)
            if (member.contains(enumerator))
                text += (text.empty() ? "" : ", ") + std::string(word);
        return text.empty() ? CmdletValue("None") : CmdletValue(text);
    }
    static Result<std::set<E>> fromValue(const CmdletValue& value, const ValueRules&, const std::set<E>&) {
        const auto given = flagWords(value);
        if (!given)
            return given.error();
        std::set<E> flags;
        for (const auto& word : *given) {
            const auto flag = ValueCodec<E>::parse(word);
            if (!flag)
                return notAWord(word, words());
            flags.insert(*flag);
        }
        return flags;
    }
    static std::string typeText(const ValueRules&) { return "flags " + wordsText(words()); }
    static std::vector<std::string> words() {
        auto all = ValueCodec<E>::words();
        all.insert(all.begin(), "None");
        return all;
    }
};

// A set of other things is a list without doubles, printed in its order.
template <class E, class Less>
requires(!std::is_enum_v<E>) struct ValueCodec<std::set<E, Less>> {
    using Listed = ValueCodec<std::vector<E>>;
    static CmdletValue toValue(const std::set<E, Less>& member, const ValueRules& rules) {
        return Listed::toValue({member.begin(), member.end()}, rules);
    }
    static Result<std::set<E, Less>> fromValue(const CmdletValue& value, const ValueRules& rules,
                                               const std::set<E, Less>& current) {
        const auto edit = ListEdit::from(value);
        if (!edit)
            return edit.error();
        std::set<E, Less> set;
        if (!edit->replaces)
            set = current;
        for (const auto& element : edit->add) {
            auto read = Listed::readElement(element, rules);
            if (!read)
                return read.error();
            set.insert(std::move(*read));
        }
        for (const auto& element : edit->remove) {
            const auto read = Listed::readElement(element, rules);
            if (!read)
                return read.error();
            set.erase(*read); // as Less compares: without case where the set ignores it
        }
        if (set.size() > limitOf(rules))
            return tooManyItems(limitOf(rules));
        return set;
    }
    static std::string typeText(const ValueRules& rules) { return Listed::typeText(rules); }
    static std::vector<std::string> words() { return {}; }
};

} // namespace edge
