// CmdletValue: what travels between schema, shell, console and scenario. One small variant with the kinds an
// administrator sees; everything that a cmdlet takes or prints is one of these, so that a value printed by
// Get-… can be given to Set-… as it stands.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace edge {

class CmdletValue;
struct CmdletObject;

// Octets with Exchange's way of printing them: "36 MB (37,748,736 bytes)".
struct ByteQuantifiedSize {
    std::uint64_t octets = 0;

    // Reads "10MB", "1.5 GB", "64KB", "100B", "65536" and the printed form itself.
    static Result<ByteQuantifiedSize> parse(std::string_view text);
    std::string toString() const;
    auto operator<=>(const ByteQuantifiedSize&) const = default;
};

// "No limit", printed Unlimited.
struct Unlimited {
    bool operator==(const Unlimited&) const = default;
};

using CmdletList = std::vector<CmdletValue>;
// @{Add="a"; Remove="b"}: keys in the order written, compared without case.
using CmdletTable = std::vector<std::pair<std::string, CmdletValue>>;
// Objects have reference semantics, as in the real shell: $b = $a; $b.X = 1 changes $a.X too.
using CmdletObjectPtr = std::shared_ptr<CmdletObject>;

class CmdletValue {
public:
    // In the order of the variant below.
    enum class Kind { Null, Bool, Integer, Text, TimeSpan, Size, Unlimited, DateTime, List, Table, Object };

    CmdletValue() = default; // $null
    CmdletValue(std::same_as<bool> auto value)
        : value_(value) {}
    CmdletValue(int value)
        : value_(static_cast<std::int64_t>(value)) {}
    CmdletValue(std::int64_t value)
        : value_(value) {}
    CmdletValue(const char* text)
        : value_(std::string(text)) {}
    CmdletValue(std::string_view text)
        : value_(std::string(text)) {}
    CmdletValue(std::string text)
        : value_(std::move(text)) {}
    CmdletValue(Duration span)
        : value_(span) {}
    CmdletValue(ByteQuantifiedSize size)
        : value_(size) {}
    CmdletValue(Unlimited unlimited)
        : value_(unlimited) {}
    CmdletValue(UtcTime when)
        : value_(when) {}
    CmdletValue(CmdletList list)
        : value_(std::move(list)) {}
    CmdletValue(CmdletTable table)
        : value_(std::move(table)) {}
    CmdletValue(CmdletObjectPtr object)
        : value_(std::move(object)) {}

    Kind kind() const { return static_cast<Kind>(value_.index()); }
    bool isNull() const { return kind() == Kind::Null; }
    // The value of that kind, or nullptr.
    template <class T>
    const T* as() const {
        return std::get_if<T>(&value_);
    }
    template <class T>
    T* as() {
        return std::get_if<T>(&value_);
    }

    // As the shell prints it: True, 00:00:05, Unlimited, {a, b}; $null is empty. At most `listLimit` elements
    // of a list are printed, the others become "...".
    std::string toText(std::size_t listLimit = kWholeList) const;
    // As a script may write it, such that reading gives the same value: 'it''s', $true, @('a','b').
    std::string toScript() const;
    // "text", "number", "list": for error messages.
    std::string_view kindName() const;

    // Deep equality; objects compare by their properties.
    bool operator==(const CmdletValue& other) const;

    static constexpr std::size_t kWholeList = static_cast<std::size_t>(-1);

private:
    std::variant<std::monostate, bool, std::int64_t, std::string, Duration, ByteQuantifiedSize, Unlimited,
                 UtcTime, CmdletList, CmdletTable, CmdletObjectPtr>
        value_;
};

// What a Get- cmdlet emits: named properties in their order.
struct CmdletObject {
    std::string typeName; // the noun: "ReceiveConnector"; decides the default view
    std::string identity; // what Set-, Enable-, Remove- take from the pipeline
    std::vector<std::pair<std::string, CmdletValue>> properties;

    // By name without case; nullptr where there is none.
    const CmdletValue* find(std::string_view name) const;
    CmdletValue* find(std::string_view name);
    void add(std::string name, CmdletValue value) {
        properties.emplace_back(std::move(name), std::move(value));
    }
    std::vector<std::string> propertyNames() const;
};

// "9/13/2022 2:38:59 PM": a date as the shell prints it (en-US); UTC.
std::string dateTimeText(UtcTime when);
// Reads ISO 8601 ("2022-09-13", "2022-09-13T14:38:59Z", "2022-09-13 14:38") and "9/13/2022 [2:38[:59] [PM]]";
// UTC, as the logs are.
Result<UtcTime> parseDateTime(std::string_view text);
// 37748736 -> "37,748,736".
std::string groupedNumber(std::uint64_t number);
// 'text' with inner quotes doubled: a literal of the cmdlet language.
std::string quotedLiteral(std::string_view text);

} // namespace edge
