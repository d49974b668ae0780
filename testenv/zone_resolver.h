// DNS from a text: the scripted twin of the resolver. Unknown names answer NXDOMAIN; a test that forgot a
// record can make that an error of its own; every question is remembered.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/base/text.h>
#include <edge/resolver.h>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace edge::testenv {

class ZoneResolver final : public Resolver {
public:
    explicit ZoneResolver(Clock& clock)
        : clock_(clock) {}

    // One record or instruction a line, # for comments:
    //   contoso.com A 192.0.2.1          contoso.com MX 10 mail.contoso.com     contoso.com TXT "v=spf1 -all"
    //   slow.com delay 3s                broken.com servfail                    dead.com timeout
    // Behind each of them may stand for which question it holds, counted for each name and type by itself:
    //   flaky.com servfail on query 1    moved.com A 192.0.2.2 from query 3     gone.com nxdomain from query
    //   2
    // What names a query beats what does not; "from" a later one beats an earlier one, "on" beats "from".
    // An error names its line; nothing is changed then.
    Result<> load(std::string_view zone);
    // The first line of a zone that is none, without loading anything.
    struct Problem {
        std::size_t line = 1;
        std::string message;
    };
    static std::optional<Problem> findProblem(std::string_view zone);
    // A question about a name that no line mentions becomes a SERVFAIL and is listed by unexpected().
    void setStrict(bool strict) { strict_ = strict; }

    Task<DnsAnswer> query(std::string name, DnsType type) override;

    struct Question {
        std::string name;
        DnsType type;
        DnsOutcome outcome = DnsOutcome::NxDomain; // what was answered
        std::vector<DnsRecord> records = {};
    };
    const std::vector<Question>& questions() const { return questions_; }
    const std::vector<Question>& unexpected() const { return unexpected_; }

private:
    // For which questions something holds.
    struct Stage {
        std::uint64_t first = 1;
        bool once = false; // the first one only

        bool holdsFor(std::uint64_t query) const { return once ? query == first : query >= first; }
        // The less, the more it counts.
        auto operator<=>(const Stage& other) const {
            return std::tuple(!once, other.first) <=> std::tuple(!other.once, first);
        }
        bool operator==(const Stage&) const = default;
    };
    struct Said {
        std::map<DnsType, std::vector<DnsRecord>> records;
        std::optional<DnsOutcome> failure; // also NXDOMAIN
        std::optional<Duration> delay;
    };
    using Name = std::map<Stage, Said>;

    using Names = std::map<std::string, Name, ILess>;

    static std::optional<Problem> loadInto(Names& names, std::string_view zone);
    static Result<> loadLine(std::string_view line, Name& name);
    static DnsAnswer answer(const Name& name, DnsType type, std::uint64_t query);
    static Duration wait(const Name& name, std::uint64_t query, DnsOutcome outcome);

    Clock& clock_;
    Names names_;
    std::map<std::pair<DnsType, std::string>, std::uint64_t> asked_; // names in lower case
    std::vector<Question> questions_;
    std::vector<Question> unexpected_;
    bool strict_ = false;
};

} // namespace edge::testenv
