#include <edge/base/time_text.h>
#include <edge/testenv/zone_resolver.h>

#include <array>
#include <charconv>

namespace edge::testenv {
namespace {

constexpr Duration kTimeout = std::chrono::seconds(5); // what asking a dead server costs

struct TypeName {
    std::string_view word;
    DnsType type;
};
constexpr std::array<TypeName, 8> kTypes{{{"A", DnsType::A},
                                          {"NS", DnsType::Ns},
                                          {"CNAME", DnsType::Cname},
                                          {"SOA", DnsType::Soa},
                                          {"PTR", DnsType::Ptr},
                                          {"MX", DnsType::Mx},
                                          {"TXT", DnsType::Txt},
                                          {"AAAA", DnsType::Aaaa}}};

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

} // namespace

Result<> ZoneResolver::load(std::string_view zone) {
    auto names = names_;
    std::size_t lineNumber = 0;
    for (auto line : split(zone, '\n')) {
        ++lineNumber;
        line = trim(line);
        if (line.empty() || line.front() == '#')
            continue;
        const auto wrong = [lineNumber](const std::string& what) {
            return Error{Errc::Malformed, "zone line " + std::to_string(lineNumber) + ": " + what};
        };
        auto& name = names[std::string(withoutDot(takeWord(line)))];
        const auto verb = takeWord(line);
        if (iequals(verb, "servfail") || iequals(verb, "timeout")) {
            name.failure = iequals(verb, "servfail") ? DnsOutcome::ServFail : DnsOutcome::Timeout;
            continue;
        }
        if (iequals(verb, "delay")) {
            const auto delay = parseTimeSpan(line);
            if (!delay)
                return wrong(delay.error().message);
            name.delay = *delay;
            continue;
        }
        const auto* type = std::find_if(kTypes.begin(), kTypes.end(),
                                        [verb](const TypeName& row) { return iequals(row.word, verb); });
        if (type == kTypes.end())
            return wrong("\"" + std::string(verb) + "\" is no record type, servfail, timeout or delay");
        auto record = parseRecord(type->type, line);
        if (!record)
            return wrong(record.error().message);
        name.records[type->type].push_back(std::move(*record));
    }
    names_ = std::move(names);
    return {};
}

Task<DnsAnswer> ZoneResolver::query(std::string name, DnsType type) {
    const std::string asked(withoutDot(name));
    questions_.push_back({asked, type});
    const auto found = names_.find(asked);
    if (found == names_.end()) {
        if (strict_)
            unexpected_.push_back({asked, type});
        co_return DnsAnswer{strict_ ? DnsOutcome::ServFail : DnsOutcome::NxDomain, {}};
    }
    const auto entry = found->second;
    const auto wait = entry.failure == DnsOutcome::Timeout ? kTimeout : entry.delay;
    if (wait > Duration::zero())
        co_await clock_.waitUntil(clock_.steadyNow() + wait);
    if (entry.failure)
        co_return DnsAnswer{*entry.failure, {}};
    const auto records = entry.records.find(type);
    if (records == entry.records.end())
        co_return DnsAnswer{DnsOutcome::NoData, {}};
    co_return DnsAnswer{DnsOutcome::Answered, records->second};
}

} // namespace edge::testenv
