#include <edge/base/time_text.h>
#include <edge/dns_types.h>
#include <edge/testenv/zone_resolver.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace edge::testenv {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(5); // what asking a dead server costs

// The first word of `line`, which is taken off it.
std::string_view takeWord(std::string_view& line) {
    line = trim(line);
    const auto end = line.find_first_of(" \t");
    const auto word = line.substr(0, end);
    line = end == std::string_view::npos ? std::string_view{} : trim(line.substr(end));
    return word;
}

std::string_view withoutDot(std::string_view name) {
    return name.ends_with('.') ? name.substr(0, name.size() - 1) : name;
}

// All quoted strings of a TXT record, joined (RFC 7208 3.3), or the bare text.
std::string textValue(std::string_view value) {
    if (!value.starts_with('"'))
        return std::string(value);
    std::string joined;
    const auto pieces = split(value, '"');
    for (std::size_t i = 1; i < pieces.size(); i += 2)
        joined += pieces[i];
    return joined;
}

Result<DnsRecord> parseRecord(DnsType type, std::string_view value) {
    DnsRecord record;
    record.timeToLive = std::chrono::hours(1);
    if (type == DnsType::A || type == DnsType::Aaaa) {
        const auto address = IpAddress::parse(value);
        if (!address || address->isV4() != (type == DnsType::A))
            return Error{Errc::Malformed, "\"" + std::string(value) + "\" is no address of that type"};
        record.address = *address;
    } else if (type == DnsType::Mx) {
        const auto number = takeWord(value);
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), record.preference);
        if (error != std::errc{} || end != number.data() + number.size() || value.empty())
            return Error{Errc::Malformed, "an MX record is a preference and a name"};
        record.text = withoutDot(value);
    } else {
        record.text = type == DnsType::Txt ? textValue(value) : std::string(withoutDot(value));
    }
    return record;
}

struct FailureWord {
    std::string_view word;
    DnsOutcome outcome;
};
constexpr std::array<FailureWord, 3> kFailures{{{"servfail", DnsOutcome::ServFail},
                                                {"timeout", DnsOutcome::Timeout},
                                                {"nxdomain", DnsOutcome::NxDomain}}};

struct QueryWords {
    std::string_view words;
    bool once;
};
constexpr std::array<QueryWords, 2> kQueryWords{{{" on query ", true}, {" from query ", false}}};

// "... on query 2" at the end of `line`, which loses it; false where the number is none.
bool takeQuery(std::string_view& line, std::uint64_t& first, bool& once) {
    for (const auto& row : kQueryWords) {
        const auto at = line.rfind(row.words);
        if (at == std::string_view::npos || line.find('"', at) != std::string_view::npos)
            continue;
        const auto digits = trim(line.substr(at + row.words.size()));
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), first);
        once = row.once;
        line = trim(line.substr(0, at));
        return error == std::errc{} && end == digits.data() + digits.size() && first > 0;
    }
    return true;
}

} // namespace

// What stands behind the name.
Result<> ZoneResolver::loadLine(std::string_view line, Name& name) {
    Stage stage;
    if (!takeQuery(line, stage.first, stage.once))
        return Error{Errc::Malformed, "behind \"query\" stands its number, from 1"};
    auto& said = name[stage];
    const auto verb = takeWord(line);
    const auto* failure = std::find_if(kFailures.begin(), kFailures.end(),
                                       [verb](const FailureWord& row) { return iequals(row.word, verb); });
    if (failure != kFailures.end()) {
        said.failure = failure->outcome;
        return {};
    }
    if (iequals(verb, "delay")) {
        const auto delay = parseTimeSpan(line);
        if (!delay)
            return delay.error();
        said.delay = *delay;
        return {};
    }
    const auto type = findDnsType(verb);
    if (!type)
        return Error{Errc::Malformed,
                     "\"" + std::string(verb) + "\" is no record type, servfail, timeout, nxdomain or delay"};
    auto record = parseRecord(*type, line);
    if (!record)
        return record.error();
    said.records[*type].push_back(std::move(*record));
    return {};
}

std::optional<ZoneResolver::Problem> ZoneResolver::loadInto(Names& names, std::string_view zone) {
    std::size_t lineNumber = 0;
    for (auto line : split(zone, '\n')) {
        ++lineNumber;
        line = trim(line);
        if (line.empty() || line.front() == '#')
            continue;
        auto& name = names[std::string(withoutDot(takeWord(line)))];
        if (auto loaded = loadLine(line, name); !loaded)
            return Problem{lineNumber, loaded.error().message};
    }
    return std::nullopt;
}

std::optional<ZoneResolver::Problem> ZoneResolver::findProblem(std::string_view zone) {
    Names names;
    return loadInto(names, zone);
}

Result<> ZoneResolver::load(std::string_view zone) {
    auto names = names_;
    if (const auto problem = loadInto(names, zone))
        return Error{Errc::Malformed, "zone line " + std::to_string(problem->line) + ": " + problem->message};
    names_ = std::move(names);
    return {};
}

// The stage that counts most among those which say something about the type.
DnsAnswer ZoneResolver::answer(const Name& name, DnsType type, std::uint64_t query) {
    for (const auto& [stage, said] : name) {
        if (!stage.holdsFor(query))
            continue;
        if (said.failure)
            return {*said.failure, {}};
        if (const auto records = said.records.find(type); records != said.records.end())
            return {DnsOutcome::Answered, records->second};
    }
    return {DnsOutcome::NoData, {}};
}

Duration ZoneResolver::wait(const Name& name, std::uint64_t query, DnsOutcome outcome) {
    if (outcome == DnsOutcome::Timeout)
        return kTimeout;
    for (const auto& [stage, said] : name)
        if (stage.holdsFor(query) && said.delay)
            return *said.delay;
    return Duration::zero();
}

Task<DnsAnswer> ZoneResolver::query(std::string name, DnsType type) {
    const std::string asked(withoutDot(name));
    const auto times = ++asked_[{type, asciiLower(asked)}];
    const auto found = names_.find(asked);
    if (found == names_.end()) {
        const DnsAnswer unknown{strict_ ? DnsOutcome::ServFail : DnsOutcome::NxDomain, {}};
        questions_.push_back({asked, type, unknown.outcome, {}});
        if (strict_)
            unexpected_.push_back(questions_.back());
        co_return unknown;
    }
    auto result = answer(found->second, type, times);
    questions_.push_back({asked, type, result.outcome, result.records});
    const auto span = wait(found->second, times, result.outcome);
    if (span > Duration::zero())
        co_await clock_.waitUntil(clock_.steadyNow() + span);
    co_return result;
}

} // namespace edge::testenv
