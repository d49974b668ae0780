// The words of Exchange, byte for byte (platform.md 2.5 to 2.7), in every profile.
#include <edge/base/text.h>
#include <edge/evidence.h>
#include <edge/server/smtp/ehlo.h>
#include <edge/server/smtp/replies.h>

#include <doctest/doctest.h>

#include <string>

namespace edge::smtp {
namespace {

struct Row {
    Reply which;
    const char* words;
};

// clang-format off
constexpr Row kSameEverywhere[] = {
    {Reply::SenderOk, "250 2.1.0 Sender OK"},
    {Reply::RecipientOk, "250 2.1.5 Recipient OK"},
    {Reply::StartMailInput, "354 Start mail input; end with <CRLF>.<CRLF>"},
    {Reply::Resetting, "250 2.0.0 Resetting"},
    {Reply::NoopOk, "250 2.0.0 OK"},
    {Reply::CannotVrfy, "252 2.1.5 Cannot VRFY user"},
    {Reply::ServiceClosing, "221 2.0.0 Service closing transmission channel"},
    {Reply::UnrecognizedCommand, "500 5.3.3 Unrecognized command"},
    {Reply::NotImplemented, "502 5.3.3 Command not implemented"},
    {Reply::SendHelloFirst, "503 5.5.2 Send hello first"},
    {Reply::SenderAlreadySpecified, "503 5.5.2 Sender already specified"},
    {Reply::NeedMailCommand, "503 5.5.2 Need mail command"},
    {Reply::NeedRcptCommand, "503 5.5.2 Need rcpt command"},
    {Reply::BadSequence, "503 5.5.1 Bad sequence of commands"},
    {Reply::InvalidArguments, "501 5.5.4 Invalid arguments"},
    {Reply::InvalidDomainName, "501 5.5.4 Invalid domain name"},
    {Reply::InvalidSenderAddress, "550 5.1.7 Invalid address"},
    {Reply::InvalidRecipientAddress, "501 5.1.3 Invalid address"},
    {Reply::UnrecognizedAuthentication, "504 5.7.4 Unrecognized authentication type"},
    {Reply::AnonymousSendAsDenied, "550 5.7.1 Anonymous client does not have permissions to send as this sender"},
    {Reply::ReservedTopLevelDomain, "550 5.1.4 Recipient address reserved by RFC 2606"},
    {Reply::ReservedSecondLevelDomain, "550 5.1.5 Recipient address reserved by RFC 2606"},
    {Reply::SingleLabelDomain, "550 5.1.6 Recipient addresses in single label domains not accepted"},
    {Reply::TooManyRecipients, "452 4.5.3 Too many recipients"},
    {Reply::MessageTooLarge, "552 5.3.4 Message size exceeds fixed maximum message size"},
    {Reply::HeaderTooLarge, "552 5.3.4 Header size exceeds fixed maximum size"},
    {Reply::HopCountExceeded, "554 5.4.6 Hop count exceeded - possible mail loop"},
    {Reply::InvalidContent, "554 5.6.0 Invalid message content"},
    {Reply::BareLinefeeds, "550 5.6.11 Message contains bare linefeeds"},
    {Reply::InsufficientResources, "452 4.3.1 Insufficient system resources"},
    {Reply::LocalError, "451 4.3.0 Message could not be stored, try again later"},
    {Reply::ServiceNotAvailable, "421 4.3.2 Service not available"},
    {Reply::ServiceNotActive, "421 4.3.2 Service not active"},
    {Reply::TooManyConnections, "421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel"},
    {Reply::MessageRateExceeded, "421 4.4.2 Message submission rate for this client has exceeded the configured limit"},
    {Reply::ConnectionTimedOut, "421 4.4.1 Connection timed out"},
    {Reply::TooManyErrors, "421 4.7.0 Too many errors on this connection, closing transmission channel"},
    {Reply::DroppedByAgentError, "421 4.3.2 System not accepting network messages"},
    {Reply::DataTransactionFailed, "451 4.3.2 System not accepting network messages"},
};

struct VersionRow {
    Reply which;
    ProfileId profile;
    const char* words;
};
constexpr VersionRow kByVersion[] = {
    {Reply::LineTooLong, ProfileId::E2007, "500 5.5.4 Line too long"},
    {Reply::LineTooLong, ProfileId::E2010, "500 5.3.3 Line too long"},
    {Reply::LineTooLong, ProfileId::E2019, "500 5.3.3 Line too long"},
    {Reply::UnableToRelay, ProfileId::E2007, "550 5.7.1 Unable to relay"},
    {Reply::UnableToRelay, ProfileId::E2010, "550 5.7.1 Unable to relay"},
    {Reply::UnableToRelay, ProfileId::E2013, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"},
    {Reply::UnableToRelay, ProfileId::SE, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"},
    {Reply::ClientNotAuthenticated, ProfileId::E2007, "530 5.7.1 Client was not authenticated"},
    {Reply::ClientNotAuthenticated, ProfileId::E2016, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"},
};
// clang-format on

// What the trust tags of platform.md 0 mean in the four words of evidence.h.
EvidenceLevel levelOfTag(char tag) {
    switch (tag) {
    case 'D':
    case 'A':
        return EvidenceLevel::Documented;
    case 'O':
        return EvidenceLevel::Observed;
    case 'S':
    case 'K':
        return EvidenceLevel::Inferred;
    default:
        return EvidenceLevel::Ours;
    }
}

TEST_CASE("The evidence table says of each reply what its source column says") {
    for (const auto& row : replyRows()) {
        const std::string_view text(row.text);
        const std::string_view source(row.source);
        const std::string words = std::to_string(row.statusCode) + " " + row.enhancedStatusCode +
                                  (*row.enhancedStatusCode == '\0' ? "" : " ") +
                                  std::string(text.substr(0, text.find('\n')));
        INFO(words);
        const auto* evidence = findEvidence(EvidenceKind::Reply, words);
        REQUIRE(evidence != nullptr);
        CHECK((evidence->name == words));
        const auto blank = source.find(' ');
        CHECK(
            (evidence->level == levelOfTag(blank == std::string_view::npos ? source[0] : source[blank + 1])));
        if (blank != std::string_view::npos)
            CHECK((evidence->reference == "platform.md " + std::string(source.substr(0, blank))));
    }
}

TEST_CASE("Replies that all versions share") {
    for (const auto& version : profiles())
        for (const auto& row : kSameEverywhere)
            CHECK(reply(row.which, version.id).toString() == row.words);
}

TEST_CASE("Replies that versions word differently") {
    for (const auto& row : kByVersion)
        CHECK(reply(row.which, row.profile).toString() == row.words);
}

TEST_CASE("The numbered refusals begin with the profiles that have them") {
    for (const auto& version : profiles())
        for (const auto which : {Reply::UnableToRelay, Reply::ClientNotAuthenticated})
            CHECK(reply(which, version.id).statusText()[0].starts_with("SMTP; ") == version.numberedRefusals);
}

TEST_CASE("HELP has two lines") {
    CHECK(reply(Reply::Help, kDefaultProfile).toWire() ==
          "214-This server supports the following commands:\r\n"
          "214 HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT\r\n");
}

TEST_CASE("Every row names its source") {
    for (const auto& row : replyRows())
        CHECK(std::string(row.source).size() > 0);
}

TEST_CASE("The queued reply has its version's form") {
    const auto form = [](ProfileId id) {
        return queuedReply(id, "<a@b>", 5111011082268, "mail1.fabrikam.com", 4596, 0.10554).toString();
    };
    CHECK(form(ProfileId::E2007) == "250 2.6.0 <a@b> Queued mail for delivery");
    CHECK(form(ProfileId::E2010) == "250 2.6.0 <a@b> [InternalId=5111011082268] Queued mail for delivery");
    CHECK(form(ProfileId::E2013) ==
          "250 2.6.0 <a@b> [InternalId=5111011082268, Hostname=mail1.fabrikam.com] Queued mail for delivery");
    const std::string rate =
        "250 2.6.0 <a@b> [InternalId=5111011082268, Hostname=mail1.fabrikam.com] 4596 bytes in "
        "0.105, 42.527 KB/sec Queued mail for delivery";
    CHECK(form(ProfileId::E2016) == rate);
    CHECK(form(ProfileId::E2019) == rate);
    CHECK(form(ProfileId::SE) == rate);
}

TEST_CASE("The queued reply has a rate also where no time passed") {
    const auto words = queuedReply(ProfileId::E2019, "<a@b>", 1, "h", 1024, 0).toString();
    CHECK(words.find("1024 bytes in 0.001, 1000.000 KB/sec") != std::string::npos);
    const auto exact = queuedReply(ProfileId::E2019, "<a@b>", 1, "h", 1024, 0.105).toString();
    CHECK(exact.find(" in 0.105, ") != std::string::npos);
}

const UtcTime kDocumentedTime = std::chrono::sys_days{std::chrono::year{2016} / 8 / 5} +
                                std::chrono::hours(23) + std::chrono::minutes(24) + std::chrono::seconds(41);

TEST_CASE("The banner is the documented one, or the connector's own line") {
    CHECK(banner("", "mail1.fabrikam.com", kDocumentedTime, std::chrono::hours(-7)).toWire() ==
          "220 mail1.fabrikam.com Microsoft ESMTP MAIL Service ready at Fri, 5 Aug 2016 16:24:41 -0700\r\n");
    CHECK(banner("220 Contoso Corporation", "a", kDocumentedTime, {}).toWire() ==
          "220 Contoso Corporation\r\n");
    CHECK(banner("220", "a", kDocumentedTime, {}).statusCode() == 220);
    CHECK(banner("220 a\r\n250 injected", "a", kDocumentedTime, {}).toWire().find("\r\n250") ==
          std::string::npos);
}

EhloFacts documentedServer() {
    EhloFacts facts;
    facts.profile = ProfileId::E2016;
    facts.fqdn = "mail1.fabrikam.com";
    facts.client = IpAddress::parse("172.16.0.5").value();
    facts.maxMessageSize = 37748736;
    facts.startTls = facts.anonymousTls = facts.binaryMime = facts.chunking = facts.versionKeywords = true;
    facts.authMechanisms = "NTLM";
    facts.exchangeAuth = "GSSAPI NTLM";
    return facts;
}

TEST_CASE("EHLO answers the documented transcript line by line") {
    CHECK(ehloReply(documentedServer()).toWire() == "250-mail1.fabrikam.com Hello [172.16.0.5]\r\n"
                                                    "250-SIZE 37748736\r\n"
                                                    "250-PIPELINING\r\n"
                                                    "250-DSN\r\n"
                                                    "250-ENHANCEDSTATUSCODES\r\n"
                                                    "250-STARTTLS\r\n"
                                                    "250-X-ANONYMOUSTLS\r\n"
                                                    "250-AUTH NTLM\r\n"
                                                    "250-X-EXPS GSSAPI NTLM\r\n"
                                                    "250-8BITMIME\r\n"
                                                    "250-BINARYMIME\r\n"
                                                    "250-CHUNKING\r\n"
                                                    "250 XRDST\r\n");
    CHECK(heloReply(documentedServer()).toWire() == "250 mail1.fabrikam.com Hello [172.16.0.5]\r\n");
}

TEST_CASE("A keyword vanishes with its parameter; SizeEnabled has three modes") {
    const auto lines = [](const EhloFacts& facts) { return join(ehloReply(facts).statusText(), "|"); };
    EhloFacts facts;
    facts.fqdn = "edge";
    facts.client = IpAddress::parse("::1").value();
    facts.maxMessageSize = 10485760;
    CHECK(lines(facts) == "edge Hello [::1]|SIZE 10485760|PIPELINING|DSN|ENHANCEDSTATUSCODES|8BITMIME");
    facts.size = SizeMode::EnabledWithoutValue;
    CHECK(lines(facts) == "edge Hello [::1]|SIZE|PIPELINING|DSN|ENHANCEDSTATUSCODES|8BITMIME");
    facts.size = SizeMode::Disabled;
    facts.dsn = false;
    CHECK(lines(facts) == "edge Hello [::1]|PIPELINING|ENHANCEDSTATUSCODES|8BITMIME");
    facts.pipelining = facts.enhancedStatusCodes = facts.eightBitMime = false;
    CHECK(ehloReply(facts).toWire() == "250 edge Hello [::1]\r\n");
}

TEST_CASE("Each version shows its own keywords behind CHUNKING") {
    const auto tail = [](ProfileId id) {
        auto facts = documentedServer();
        facts.profile = id;
        facts.smtpUtf8 = id >= ProfileId::E2016;
        facts.xOrar = facts.xLongAddr = true;
        const auto words = join(ehloReply(facts).statusText(), " ");
        return words.substr(words.find("CHUNKING"));
    };
    CHECK(tail(ProfileId::E2007) == "CHUNKING XEXCH50 XORAR XLONGADDR");
    CHECK(tail(ProfileId::E2010) == "CHUNKING XEXCH50 XRDST XSHADOW XORAR XLONGADDR");
    CHECK(tail(ProfileId::E2013) == "CHUNKING XRDST XORAR XLONGADDR");
    CHECK(tail(ProfileId::E2019) == "CHUNKING SMTPUTF8 XRDST XORAR XLONGADDR");
}

} // namespace
} // namespace edge::smtp
