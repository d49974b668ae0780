#include <edge/base/ip_address.h>
#include <edge/base/text.h>
#include <edge/server/logs/agent_log_reader.h>
#include <edge/server/logs/csv.h>
#include <edge/server/logs/log_name.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace edge {
namespace {

constexpr std::string_view kPrefix = "AGENTLOG";
constexpr std::size_t kReadChunk = 256 * 1024;
// No row of ours comes near (20 fields of csv.h's limit); what is longer is no log line.
constexpr std::size_t kMaxLineBytes = 256 * 1024;
// A row may stand in the file of the next day when it waited for the disk; nobody waits longer than this.
constexpr std::chrono::hours kLateRow{1};

// Takes `digits` digits off the front of `text`, and the separator behind them; -1 where they are not there.
int takeDigits(std::string_view& text, std::size_t digits, char separator) {
    int value = -1;
    if (text.size() <= digits || text[digits] != separator)
        return -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc{} || end != text.data() + digits || value < 0)
        return -1;
    text.remove_prefix(digits + 1);
    return value;
}

// 2022-09-13T14:38:59.177Z
std::optional<UtcTime> parseTimestamp(std::string_view text) {
    using namespace std::chrono;
    const int y = takeDigits(text, 4, '-');
    const int mo = takeDigits(text, 2, '-');
    const int d = takeDigits(text, 2, 'T');
    const int h = takeDigits(text, 2, ':');
    const int mi = takeDigits(text, 2, ':');
    const int s = takeDigits(text, 2, '.');
    const int ms = takeDigits(text, 3, 'Z');
    if (std::min({y, mo, d, h, mi, s, ms}) < 0 || h > 23 || mi > 59 || s > 59)
        return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
    if (!date.ok())
        return std::nullopt;
    return sys_days{date} + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms);
}

enum Column {
    Timestamp,
    SessionId,
    RemoteEndpoint,
    EnteredOrgFromIp,
    MessageId,
    P1FromAddress,
    P2FromAddresses,
    Recipient,
    Agent,
    Event,
    ActionWord,
    SmtpResponseText,
    Reason,
    ReasonData,
    Diagnostics,
    ColumnCount
};
constexpr std::array<std::string_view, ColumnCount> kColumnNames{
    "Timestamp", "SessionId",     "RemoteEndpoint",  "EnteredOrgFromIP",
    "MessageId", "P1FromAddress", "P2FromAddresses", "Recipient",
    "Agent",     "Event",         "Action",          "SmtpResponse",
    "Reason",    "ReasonData",    "Diagnostics"};

// Collects records line by line. Rows of one act follow one another and differ in the recipient only.
class Collector {
public:
    Collector(AgentLogListing& listing, UtcTime from, UtcTime to)
        : listing_(listing)
        , from_(from)
        , to_(to) {}

    // Every file names its own columns.
    void beginFile() {
        columns_.reset();
        mayJoin_ = false;
    }
    void skip() { ++listing_.skippedLines; }
    void line(std::string_view text);

private:
    void header(std::string_view text);
    std::optional<AgentLogRecord> parse(std::string_view text) const;
    void add(AgentLogRecord record);

    AgentLogListing& listing_;
    const UtcTime from_, to_;
    std::optional<std::array<std::size_t, ColumnCount>> columns_; // where each stands; npos: not in this file
    std::size_t columnCount_ = 0;
    bool mayJoin_ = false; // the last record of the listing is the row before this one
};

void Collector::line(std::string_view text) {
    if (!text.empty() && text.back() == '\r')
        text.remove_suffix(1);
    if (text.empty())
        return;
    if (text.front() == '#')
        return header(text);
    auto record = parse(text);
    if (!record)
        return skip();
    const bool wanted = record->timestamp >= from_ && record->timestamp <= to_;
    if (!wanted) {
        mayJoin_ = false;
        return;
    }
    add(std::move(*record));
}

void Collector::header(std::string_view text) {
    constexpr std::string_view kLabel = "#Fields:";
    if (!istartsWith(text, kLabel))
        return;
    const auto names = split(trim(text.substr(kLabel.size())), ',');
    auto& columns = columns_.emplace();
    for (std::size_t column = 0; column < ColumnCount; ++column) {
        const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view name) {
            return iequals(trim(name), kColumnNames[column]);
        });
        columns[column] =
            found == names.end() ? std::string_view::npos : static_cast<std::size_t>(found - names.begin());
    }
    columnCount_ = names.size();
    if (columns[Timestamp] == std::string_view::npos)
        columns_.reset(); // another kind of log
}

std::optional<AgentLogRecord> Collector::parse(std::string_view text) const {
    const auto fields = parseCsvRow(text);
    if (!columns_ || !fields || fields->size() != columnCount_)
        return std::nullopt;
    const auto at = [&](Column column) {
        const auto index = (*columns_)[column];
        return index == std::string_view::npos ? std::string{} : (*fields)[index];
    };
    const auto timestamp = parseTimestamp(at(Timestamp));
    if (!timestamp)
        return std::nullopt;
    AgentLogRecord record{*timestamp,
                          at(SessionId),
                          at(EnteredOrgFromIp),
                          at(MessageId),
                          at(P1FromAddress),
                          {},
                          {},
                          at(Agent),
                          at(Event),
                          at(ActionWord),
                          at(SmtpResponseText),
                          at(Reason),
                          at(ReasonData),
                          at(Diagnostics)};
    if (record.ipAddress.empty())
        if (const auto peer = Endpoint::parse(at(RemoteEndpoint)))
            record.ipAddress = peer->address.toString();
    const auto p2 = at(P2FromAddresses);
    for (const auto address : split(p2, ';'))
        if (!address.empty())
            record.p2FromAddresses.emplace_back(address);
    if (auto recipient = at(Recipient); !recipient.empty())
        record.recipients.push_back(std::move(recipient));
    return record;
}

void Collector::add(AgentLogRecord record) {
    if (mayJoin_ && !record.recipients.empty()) {
        auto& last = listing_.records.back();
        auto recipients = std::exchange(record.recipients, last.recipients);
        if (!last.recipients.empty() && record == last) {
            last.recipients.push_back(std::move(recipients.front()));
            return;
        }
        record.recipients = std::move(recipients);
    }
    if (listing_.records.size() >= kMaxAgentLogRecords) {
        listing_.truncated = true;
        mayJoin_ = false;
        return;
    }
    listing_.records.push_back(std::move(record));
    mayJoin_ = true;
}

// Feeds a file to the collector in chunks; what a reader sees of a file being written ends wherever it ends.
Result<> collectFile(File& file, Collector& collector) {
    collector.beginFile();
    std::string rest;
    std::string chunk(kReadChunk, '\0');
    bool discarding = false; // inside a line that is too long to be one
    for (std::uint64_t offset = 0;;) {
        const auto got = file.readAt(offset, chunk);
        if (!got)
            return got.error();
        offset += *got;
        rest.append(chunk, 0, *got);
        std::size_t begin = 0;
        for (auto end = rest.find('\n'); end != std::string::npos;
             begin = end + 1, end = rest.find('\n', begin)) {
            if (!std::exchange(discarding, false))
                collector.line(std::string_view(rest).substr(begin, end - begin));
        }
        rest.erase(0, begin);
        if (rest.size() > kMaxLineBytes) {
            if (!std::exchange(discarding, true))
                collector.skip();
            rest.clear();
        }
        if (*got == 0)
            break;
    }
    if (!rest.empty() && !discarding)
        collector.line(rest);
    return {};
}

struct Candidate {
    std::optional<LogName> name;
    std::string fileName;
};

// Named periods first in their order, then copies under names of their own.
bool comesFirst(const Candidate& a, const Candidate& b) {
    if (a.name && b.name)
        return *a.name < *b.name;
    return a.name || b.name ? a.name.has_value() : a.fileName < b.fileName;
}

bool mayHold(const LogName& name, UtcTime from, UtcTime to) {
    return name.periodEnd() >= from && (to == UtcTime::max() || name.periodBegin() <= to + kLateRow);
}

} // namespace

AgentLogListing parseAgentLog(std::string_view text, UtcTime from, UtcTime to) {
    AgentLogListing listing;
    Collector collector(listing, from, to);
    for (const auto line : split(text, '\n'))
        collector.line(line);
    return listing;
}

Result<AgentLogListing> readAgentLog(FileSystem& files, const std::string& folder, UtcTime from, UtcTime to) {
    const auto names = files.list(folder);
    if (!names)
        return names.error();
    std::vector<Candidate> candidates;
    for (const auto& fileName : *names) {
        auto name = LogName::parse(kPrefix, fileName);
        const bool isLog = name || (istartsWith(fileName, kPrefix) && iendsWith(fileName, ".LOG"));
        if (isLog && (!name || mayHold(*name, from, to)))
            candidates.push_back({std::move(name), fileName});
    }
    std::sort(candidates.begin(), candidates.end(), comesFirst);

    AgentLogListing listing;
    Collector collector(listing, from, to);
    for (const auto& candidate : candidates) {
        auto file = files.open(joinPath(folder, candidate.fileName), OpenMode::ReadOnly);
        if (!file && file.error().code == Errc::NotFound)
            continue; // rotated away meanwhile
        if (!file)
            return file.error();
        if (auto read = collectFile(**file, collector); !read)
            return read.error();
    }
    std::stable_sort(
        listing.records.begin(), listing.records.end(),
        [](const AgentLogRecord& a, const AgentLogRecord& b) { return a.timestamp < b.timestamp; });
    return listing;
}

} // namespace edge
