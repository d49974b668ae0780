#include <edge/agents/content_filter/antispam_report.h>
#include <edge/agents/content_filter/scl_score.h>
#include <edge/base/text.h>

#include <charconv>

namespace edge {
namespace {

// The token order of agents.md 6.8.
class Tokens {
public:
    void add(const std::string& token) { text_ += (text_.empty() ? "" : ";") + token; }
    void addIf(bool wanted, const char* token) {
        if (wanted)
            add(token);
    }
    void addUnlessEmpty(const char* prefix, const std::string& value) {
        if (!value.empty())
            add(prefix + value);
    }
    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

} // namespace

std::string AntispamReport::toString() const {
    Tokens tokens;
    tokens.addUnlessEmpty("DV:", definitionVersion);
    tokens.addUnlessEmpty("SID:SenderIDStatus ", senderIdResult);
    if (pcl)
        tokens.add(std::string("PCL:PhishingLevel ") + (*pcl >= kSuspiciousPcl ? "SUSPICIOUS" : "NEUTRAL"));
    tokens.addIf(customList, "CW:CustomList");
    tokens.addIf(mimeErrors, "MIME:MIMECompliance");
    if (!originatingIp.isUnspecified())
        tokens.add("OrigIP:" + originatingIp.toString());
    return tokens.take();
}

void stamp(HeaderList& headers, int scl, std::optional<int> pcl, const std::string& report) {
    headers.set(kSclHeader, std::to_string(scl));
    headers.set(kPclHeader, std::to_string(pcl.value_or(kNeutralPcl)));
    headers.set(kAntispamReportHeader, report);
}

void stampExempt(HeaderList& headers, const std::string& token) {
    headers.set(kSclHeader, std::to_string(kExemptScl));
    headers.set(kAntispamReportHeader, token);
}

std::optional<int> stampedScl(const HeaderList& headers) {
    const auto value = headers.get(kSclHeader);
    if (!value)
        return std::nullopt;
    int scl = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), scl);
    const bool whole = error == std::errc() && end == value->data() + value->size();
    return whole && scl >= kExemptScl && scl <= kMaxScl ? std::optional(scl) : std::nullopt;
}

} // namespace edge
