// Which changes may have helped: a table from the reason of the deciding agent to what could be otherwise,
// and behind it what may help whatever the reason was.
#include <edge/base/text.h>
#include <edge/config/suggestion.h>
#include <edge/mail/routing_address.h>
#include <edge/testenv/explain/message_edit.h>
#include <edge/testenv/explain/nearest_change.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace edge::testenv {
namespace {

// Fields and attachments that are left out one by one; a message may have a thousand.
constexpr std::size_t kMaxFields = 40;
constexpr std::size_t kMaxParts = 20;
constexpr std::string_view kGtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

// As somebody would type it.
std::string typed(std::string_view text) {
    const bool plain = text.find_first_of("\"`$") == std::string_view::npos;
    return plain ? "\"" + std::string(text) + "\"" : "'" + replaceAll(std::string(text), "'", "''") + "'";
}

// The same without quotes where none are needed: strangers choose their addresses, and somebody pastes this.
std::string word(std::string_view text) {
    constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._-+";
    return text.find_first_not_of(kPlain) == std::string_view::npos ? std::string(text) : typed(text);
}

std::string domainOf(std::string_view address) {
    const auto at = address.rfind('@');
    return at == std::string_view::npos ? std::string() : std::string(address.substr(at + 1));
}

std::string localPartOf(std::string_view address) {
    return std::string(address.substr(0, address.rfind('@')));
}

std::string kilobytes(std::size_t octets) {
    return std::to_string((octets + 1023) / 1024) + "KB";
}

class Proposals {
public:
    Proposals(const ExplainRequest& request, const ExplainedSession& session)
        : request_(request)
        , session_(session)
        , decision_(session.cause()->decision) {}

    std::vector<Change> make();

    // Of the decision that was in the way.
    std::string input(std::string_view what) const {
        for (const auto& each : decision_.inputs)
            if (each.what == what)
                return each.value;
        return {};
    }

    void cmdlet(ChangeKind kind, const std::string& script, const std::string& what) {
        add({kind, what, script, [script](ExplainRequest& request) { request.changes.push_back(script); }});
    }
    void session(const std::string& what, std::function<void(ExplainRequest&)> apply) {
        add({ChangeKind::Session, what, {}, std::move(apply)});
    }
    // Edited anew each time it is tried: forty copies of a large message would not fit anywhere.
    void message(const std::string& what, std::function<std::optional<std::string>(std::string_view)> edit) {
        add({ChangeKind::Message, what, {}, [change = std::move(edit)](ExplainRequest& request) {
                 if (auto changed = change(request.message))
                     request.message = std::move(*changed);
             }});
    }
    void withoutWordsOf(const std::string& what, const std::string& words) {
        if (withoutWords(request_.message, words))
            message(what, [words](std::string_view text) { return withoutWords(text, words); });
    }

    void blockedAddress();
    void blockedSender();
    void blankSender();
    void blockedRecipient();
    void unknownRecipient();
    void scored();
    void attachment();
    void foreignRecipient();
    void protocolError();
    void ownSender();
    void noConnector();

private:
    void add(Change change);
    void lift(const std::string& noun, const std::string& name);
    void byReason();
    void byRemedy();
    void anyAddress();
    void anySender();
    void agentOff();
    void anyField();
    void anyPart();
    void meantRecipient(const std::string& wrong);

    const ExplainRequest& request_;
    const ExplainedSession& session_;
    const Decision& decision_;
    std::vector<Change> changes_;
};

struct Row {
    std::string_view reason;
    void (Proposals::*propose)();
};
constexpr Row kRows[] = {
    {"LocalBlockList", &Proposals::blockedAddress},
    {"SenderInBlockList", &Proposals::blockedSender},
    {"BlankSender", &Proposals::blankSender},
    {"RecipientInBlockList", &Proposals::blockedRecipient},
    {"RecipientDoesNotExist", &Proposals::unknownRecipient},
    {"SclAtOrAboveDeleteThreshold", &Proposals::scored},
    {"SclAtOrAboveRejectThreshold", &Proposals::scored},
    {"SclAtOrAboveQuarantineThreshold", &Proposals::scored},
    {"ForbiddenAttachment", &Proposals::attachment},
    {"RecipientNotInAcceptedDomain", &Proposals::foreignRecipient},
    {"ProtocolError", &Proposals::protocolError},
    {"SenderInAuthoritativeDomain", &Proposals::ownSender},
    {"ConnectionLimit", &Proposals::noConnector},
};

void Proposals::add(Change change) {
    const bool known = std::any_of(changes_.begin(), changes_.end(), [&](const Change& each) {
        return each.what == change.what && each.cmdlet == change.cmdlet;
    });
    if (!known)
        changes_.push_back(std::move(change));
}

// The two switches that all filters have.
void Proposals::lift(const std::string& noun, const std::string& name) {
    cmdlet(ChangeKind::Switch, "Set-" + noun + " -ExternalMailEnabled $false",
           name + " no longer looks at mail from outside");
    cmdlet(ChangeKind::Switch, "Set-" + noun + " -Enabled $false", name + " looks at nothing");
}

void Proposals::blockedAddress() {
    const auto originating = input("Originating IP");
    const auto address = originating.empty() ? request_.ip.toString() : originating;
    cmdlet(ChangeKind::EntryRemoved,
           "Get-IPBlockListEntry -IPAddress " + address + " | Remove-IPBlockListEntry",
           "takes " + decision_.reasonData + " off the IP Block list");
    cmdlet(ChangeKind::EntryAdded, "Add-IPAllowListEntry -IPAddress " + address,
           "puts the address on the IP Allow list, which wins");
    lift("IPBlockListConfig", "the IP Block list");
    anyAddress();
}

void Proposals::blockedSender() {
    for (const auto& each : decision_.inputs)
        if (each.what.starts_with("Blocked"))
            cmdlet(ChangeKind::EntryRemoved,
                   "Set-SenderFilterConfig -" + each.what + " @{Remove=" + typed(each.value) + "}",
                   "takes " + each.value + " off " + each.what);
    cmdlet(ChangeKind::Switch, "Set-SenderFilterConfig -Action StampStatus",
           "a blocked sender is noted, not refused");
    lift("SenderFilterConfig", "the Sender Filter");
    anySender();
}

void Proposals::blankSender() {
    cmdlet(ChangeKind::Switch, "Set-SenderFilterConfig -BlankSenderBlockingEnabled $false",
           "the blank sender is no longer refused");
    lift("SenderFilterConfig", "the Sender Filter");
    anySender();
}

void Proposals::blockedRecipient() {
    cmdlet(ChangeKind::EntryRemoved,
           "Set-RecipientFilterConfig -BlockedRecipients @{Remove=" + typed(decision_.reasonData) + "}",
           "takes " + decision_.reasonData + " off BlockedRecipients");
    cmdlet(ChangeKind::Switch, "Set-RecipientFilterConfig -BlockListEnabled $false",
           "BlockedRecipients counts no longer");
    lift("RecipientFilterConfig", "the Recipient Filter");
    meantRecipient(decision_.reasonData);
}

void Proposals::unknownRecipient() {
    cmdlet(ChangeKind::EntryAdded, "New-EdgeSimRecipient " + word(decision_.reasonData),
           "makes the recipient known");
    cmdlet(ChangeKind::Switch, "Set-RecipientFilterConfig -RecipientValidationEnabled $false",
           "recipients are no longer looked up");
    lift("RecipientFilterConfig", "the Recipient Filter");
    meantRecipient(decision_.reasonData);
}

// The recipient that was probably meant.
void Proposals::meantRecipient(const std::string& wrong) {
    std::vector<std::string> others;
    for (const auto& known : session_.knownRecipients)
        if (!iequals(known, wrong))
            others.push_back(known);
    const auto meant = nearestWord(wrong, others);
    if (meant.empty())
        return;
    session("RCPT TO:<" + meant + "> instead of <" + wrong + ">", [wrong, meant](ExplainRequest& request) {
        for (auto& to : request.to)
            if (iequals(to, wrong))
                to = meant;
    });
}

void Proposals::scored() {
    int scl = 9;
    std::from_chars(decision_.reasonData.data(), decision_.reasonData.data() + decision_.reasonData.size(),
                    scl);
    const auto words = input("BadWord");
    const auto colon = words.find(": ");
    if (colon != std::string::npos) {
        const auto phrase = words.substr(colon + 2);
        cmdlet(ChangeKind::EntryRemoved, "Remove-ContentFilterPhrase " + typed(phrase) + " -Confirm:$false",
               "takes the phrase off the list");
        withoutWordsOf("without the words \"" + phrase + "\"", phrase);
    }
    withoutWordsOf("without the GTUBE test string", std::string(kGtube));
    const std::string threshold = decision_.reason.find("Delete") != std::string::npos   ? "SCLDelete"
                                  : decision_.reason.find("Reject") != std::string::npos ? "SCLReject"
                                                                                         : "SCLQuarantine";
    if (!request_.from.empty())
        cmdlet(ChangeKind::EntryAdded,
               "Set-ContentFilterConfig -BypassedSenders @{Add=" + typed(request_.from) + "}",
               "mail of this sender is not scored");
    if (scl < 9)
        cmdlet(ChangeKind::Threshold,
               "Set-ContentFilterConfig -" + threshold + "Threshold " + std::to_string(scl + 1),
               "SCL " + std::to_string(scl) + " is below the threshold then");
    cmdlet(ChangeKind::Switch, "Set-ContentFilterConfig -" + threshold + "Enabled $false",
           "nothing happens at that threshold");
    lift("ContentFilterConfig", "the Content Filter");
}

void Proposals::attachment() {
    const auto& entry = decision_.reasonData;
    if (entry == "EncryptedArchive" || entry == "UnreadableArchive")
        cmdlet(ChangeKind::Switch, "Set-EdgeSimAttachmentFilter -" + entry + " Allow",
               "such archives are no forbidden attachments");
    else
        cmdlet(ChangeKind::EntryRemoved, "Remove-AttachmentFilterEntry " + typed(entry) + " -Confirm:$false",
               "takes " + entry + " off the list");
    cmdlet(ChangeKind::Switch, "Set-AttachmentFilterListConfig -Action Strip",
           "the message arrives, with a text in the attachment's place");
}

// The domain is perhaps only written wrong.
void Proposals::foreignRecipient() {
    const auto& wrong = decision_.reasonData;
    const auto domain = nearestWord(domainOf(wrong), session_.acceptedDomains);
    if (domain.empty())
        return;
    const auto meant = localPartOf(wrong) + "@" + domain;
    session("RCPT TO:<" + meant + "> instead of <" + wrong + ">", [wrong, meant](ExplainRequest& request) {
        for (auto& to : request.to)
            if (iequals(to, wrong))
                to = meant;
    });
    meantRecipient(meant);
}

void Proposals::protocolError() {
    session("EHLO mail.example.net instead of " + request_.helo,
            [](ExplainRequest& request) { request.helo = "mail.example.net"; });
    anySender();
    for (const auto& to : request_.to)
        if (!RoutingAddress::isValidAddress(to))
            meantRecipient(to);
}

void Proposals::ownSender() {
    anySender();
}

// The address is perhaps one that no connector serves.
void Proposals::noConnector() {
    const auto address = request_.ip.toString();
    cmdlet(ChangeKind::EntryAdded,
           "Get-ReceiveConnector | Set-ReceiveConnector -RemoteIPRanges @{Add=" + typed(address) + "}",
           "lets the connectors serve " + address);
}

void Proposals::byReason() {
    for (const auto& row : kRows)
        if (row.reason == decision_.reason)
            (this->*row.propose)();
}

// The server knows which cmdlet lifts its own rules.
void Proposals::byRemedy() {
    const auto& remedy = decision_.remedy;
    if (remedy.empty())
        return;
    const bool isLimit = remedy.find(" -Max") != std::string::npos;
    const bool isNew = remedy.starts_with("New-") || remedy.starts_with("Add-");
    const auto size = remedy.find(" -MaxMessageSize ");
    if (size != std::string::npos)
        cmdlet(ChangeKind::Threshold,
               remedy.substr(0, size) + " -MaxMessageSize " + kilobytes(request_.message.size()),
               "as much as this message needs");
    cmdlet(isLimit ? ChangeKind::Threshold
           : isNew ? ChangeKind::EntryAdded
                   : ChangeKind::Switch,
           remedy, isNew ? "mail for that domain is ours" : "lifts the limit or rule");
}

void Proposals::anyAddress() {
    for (const std::string other : {"198.51.100.77", "192.0.2.77", "203.0.113.77"})
        if (other != request_.ip.toString())
            add({ChangeKind::Session,
                 "from another address, such as " + other,
                 {},
                 [other](ExplainRequest& request) { request.ip = *IpAddress::parse(other); },
                 "address"});
}

void Proposals::anySender() {
    const auto same = localPartOf(request_.from) + "@example.net";
    const auto other = RoutingAddress::isValidAddress(same) ? same : "somebody@example.net";
    if (!iequals(other, request_.from))
        session("MAIL FROM another domain, such as <" + other + ">",
                [other](ExplainRequest& request) { request.from = other; });
}

void Proposals::agentOff() {
    if (!decision_.byServer())
        cmdlet(ChangeKind::AgentDisabled,
               "Disable-TransportAgent " + typed(decision_.agent) + " -Confirm:$false",
               "the agent is not asked at all");
}

void Proposals::anyField() {
    const auto fields = fieldsOf(request_.message);
    for (std::size_t i = 0; i < std::min(fields.size(), kMaxFields); ++i)
        message("without the header line " +
                    std::string(trim(fields[i].raw.substr(0, fields[i].raw.find('\r')))),
                [i](std::string_view text) { return std::optional(withoutField(text, i)); });
}

void Proposals::anyPart() {
    const auto parts = attachmentsOf(request_.message);
    for (std::size_t i = 0; i < std::min(parts.size(), kMaxParts); ++i)
        message("without the attachment " + parts[i].name,
                [index = parts[i].index](std::string_view text) { return withoutPart(text, index); });
}

std::vector<Change> Proposals::make() {
    byReason();
    byRemedy();
    agentOff();
    const bool sawHeader =
        decision_.event == AgentEvent::OnEndOfHeaders || decision_.event == AgentEvent::OnEndOfData;
    if (sawHeader) {
        anyPart();
        anyField();
    }
    if (decision_.event != AgentEvent::OnConnect)
        anySender();
    anyAddress();
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const Change& one, const Change& other) { return one.kind < other.kind; });
    return std::move(changes_);
}

} // namespace

std::vector<Change> proposedChanges(const ExplainRequest& request, const ExplainedSession& session) {
    if (!session.cause())
        return {};
    return Proposals(request, session).make();
}

} // namespace edge::testenv
