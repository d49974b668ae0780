// DNS from a text: the scripted twin of the resolver. Unknown names answer NXDOMAIN; a test that forgot a
// record can make that an error of its own; every question is remembered.
#pragma once

#include <edge/base/clock.h>
#include <edge/base/result.h>
#include <edge/base/text.h>
#include <edge/resolver.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace edge::testenv {

class ZoneResolver final : public Resolver {
public:
    explicit ZoneResolver(Clock& clock)
        : clock_(clock) {}

    // One record or instruction a line, # for comments:
    //   contoso.com A 192.0.2.1          contoso.com MX 10 mail.contoso.com     contoso.com TXT "v=spf1 -all"
    //   slow.com delay 3s                broken.com servfail                    dead.com timeout
    // An error names its line; nothing is changed then.
    Result<> load(std::string_view zone);
    // A question about a name that no line mentions becomes a SERVFAIL and is listed by unexpected().
    void setStrict(bool strict) { strict_ = strict; }

    Task<DnsAnswer> query(std::string name, DnsType type) override;

    struct Question {
        std::string name;
        DnsType type;
    };
    const std::vector<Question>& questions() const { return questions_; }
    const std::vector<Question>& unexpected() const { return unexpected_; }

private:
    struct Name {
        std::map<DnsType, std::vector<DnsRecord>> records;
        std::optional<DnsOutcome> failure;
        Duration delay{};
    };

    Clock& clock_;
    std::map<std::string, Name, ILess> names_;
    std::vector<Question> questions_;
    std::vector<Question> unexpected_;
    bool strict_ = false;
};

} // namespace edge::testenv
