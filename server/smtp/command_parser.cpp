#include <edge/base/text.h>
#include <edge/server/smtp/command_parser.h>
#include <edge/server/smtp/replies.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <utility>

namespace edge::smtp {
namespace {

constexpr std::size_t kMaxHelloDomain = 255; // RFC 5321 4.5.3.1.2
constexpr std::size_t kMaxSizeDigits = 20;   // RFC 1870 3

using Value = std::optional<std::string_view>; // of a parameter: "KEY" has none

bool isBlank(char c) {
    return c == ' ' || c == '\t';
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isLetterOrDigit(char c) {
    return isDigit(c) || (asciiLower(c) >= 'a' && asciiLower(c) <= 'z');
}

bool isControl(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::string_view skipBlanks(std::string_view text) {
    while (!text.empty() && isBlank(text.front()))
        text.remove_prefix(1);
    return text;
}

// Cuts the first word off `text` and the blanks behind it.
std::string_view takeWord(std::string_view& text) {
    const auto end = std::find_if(text.begin(), text.end(), isBlank);
    const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text = skipBlanks(text.substr(word.size()));
    return word;
}

std::optional<std::uint64_t> parseNumber(std::string_view digits) {
    std::uint64_t number = 0;
    if (digits.empty() || digits.size() > kMaxSizeDigits ||
        !std::all_of(digits.begin(), digits.end(), isDigit))
        return std::nullopt;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return read.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

ParsedCommand refuse(Reply which, const ParseContext& context, std::string explanation,
                     ParsingStatus status = ParsingStatus::ProtocolError) {
    Refused refused;
    refused.response = reply(which, context.options.profile);
    refused.status = status;
    refused.explanation = std::move(explanation);
    return {std::move(refused)};
}

// The octets between `begin` and the end of a quoted string or `text`, minding backslashes (RFC 5321 4.1.2).
std::size_t skipQuoted(std::string_view text, std::size_t begin) {
    for (std::size_t i = begin + 1; i < text.size(); ++i) {
        if (text[i] == '\\')
            ++i;
        else if (text[i] == '"')
            return i + 1;
    }
    return text.size();
}

// Where the first octet outside quotes is that `ends` likes; text.size() where there is none.
template <class Predicate>
std::size_t findUnquoted(std::string_view text, Predicate ends) {
    for (std::size_t i = 0; i < text.size();) {
        if (ends(text[i]))
            return i;
        i = text[i] == '"' ? skipQuoted(text, i) : i + 1;
    }
    return text.size();
}

// --- MAIL and RCPT: path, then parameters (RFC 5321 4.1.1.2, 4.1.1.3) ---

struct PathArgument {
    std::string_view mailbox;    // without brackets and source route; empty for <>
    std::string_view parameters; // what follows
    bool bracketed = false;
};

// RFC 5321 4.1.2, appendix C: "@a,@b:" before the mailbox must be accepted and should be ignored.
std::optional<std::string_view> withoutSourceRoute(std::string_view path) {
    if (!path.starts_with('@'))
        return path;
    const auto colon = path.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    for (const auto hop : split(path.substr(0, colon), ','))
        if (!hop.starts_with('@') || !isDomain(hop.substr(1)))
            return std::nullopt;
    const auto mailbox = path.substr(colon + 1);
    return mailbox.empty() ? std::nullopt : std::optional(mailbox);
}

// Parts "<path> parameters". A path without brackets ends at the first blank: not RFC 5321, but what people
// type (docs/decisions/0101).
std::optional<PathArgument> takePath(std::string_view text) {
    PathArgument argument;
    argument.bracketed = text.starts_with('<');
    std::size_t end = 0;
    if (argument.bracketed) {
        text.remove_prefix(1);
        end = findUnquoted(text, [](char c) { return c == '>'; });
        if (end == text.size())
            return std::nullopt;
        argument.parameters = text.substr(end + 1);
        if (!argument.parameters.empty() && !isBlank(argument.parameters.front()))
            return std::nullopt;
    } else {
        end = findUnquoted(text, isBlank);
        argument.parameters = text.substr(end);
    }
    const auto mailbox = withoutSourceRoute(text.substr(0, end));
    if (!mailbox)
        return std::nullopt;
    argument.mailbox = *mailbox;
    argument.parameters = skipBlanks(argument.parameters);
    return argument;
}

AddressLimits addressLimits(const MachineOptions& options, bool smtpUtf8) {
    AddressLimits limits = options.longAddressesEnabled ? kLongAddressLimits : AddressLimits{};
    limits.smtpUtf8 = smtpUtf8;
    return limits;
}

// --- ESMTP parameters (RFC 5321 4.1.2 esmtp-param) ---

// One keyword that MAIL or RCPT understands; `take` says false to a bad value.
template <class Command>
struct Parameter {
    std::string_view keyword;
    bool (*understood)(const ParseContext& context);
    bool (*take)(const Value& value, Command& command, const ParseContext& context);
};

bool isKeyword(std::string_view keyword) {
    return !keyword.empty() && isLetterOrDigit(keyword.front()) &&
           std::all_of(keyword.begin(), keyword.end(), [](char c) { return isLetterOrDigit(c) || c == '-'; });
}

// esmtp-value: printable but for '='; RFC 6531 3.4 adds UTF-8, which the single parameters judge.
bool isParameterValue(std::string_view value) {
    return !value.empty() && std::none_of(value.begin(), value.end(),
                                          [](char c) { return isControl(c) || c == ' ' || c == '='; });
}

// RFC 3461 4: xchar, or '+' and two upper-case hexadecimal digits.
bool isXtext(std::string_view text, bool smtpUtf8 = false) {
    const auto isUpperHex = [](char c) { return isDigit(c) || (c >= 'A' && c <= 'F'); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = text[i];
        if (c == '+') {
            if (i + 2 >= text.size() || !isUpperHex(text[i + 1]) || !isUpperHex(text[i + 2]))
                return false;
            i += 2;
        } else if (!((c >= '!' && c <= '~' && c != '=') ||
                     (smtpUtf8 && static_cast<unsigned char>(c) >= 0x80))) {
            return false;
        }
    }
    return true;
}

bool always(const ParseContext&) {
    return true;
}
bool withSize(const ParseContext& context) {
    return context.options.sizeEnabled;
}
bool withEightBitMime(const ParseContext& context) {
    return context.options.eightBitMimeEnabled;
}
bool withDsn(const ParseContext& context) {
    return context.options.deliveryStatusNotificationEnabled;
}
bool withSmtpUtf8(const ParseContext& context) {
    return context.options.smtpUtf8Enabled;
}

// RFC 1870 6.
bool takeSize(const Value& value, MailCommand& command, const ParseContext&) {
    command.size = value ? parseNumber(*value) : std::nullopt;
    return command.size.has_value();
}

// RFC 6152 2. BINARYMIME belongs to CHUNKING (RFC 3030 3), which is not offered.
bool takeBody(const Value& value, MailCommand& command, const ParseContext&) {
    if (value && iequals(*value, "7BIT"))
        command.bodyType = BodyType::SevenBit;
    else if (value && iequals(*value, "8BITMIME"))
        command.bodyType = BodyType::EightBitMime;
    return command.bodyType != BodyType::NotSpecified;
}

// RFC 3461 4.3.
bool takeRet(const Value& value, MailCommand& command, const ParseContext&) {
    if (value && iequals(*value, "FULL"))
        command.dsnFormatRequested = DsnFormatRequested::Full;
    else if (value && iequals(*value, "HDRS"))
        command.dsnFormatRequested = DsnFormatRequested::Headers;
    return command.dsnFormatRequested != DsnFormatRequested::NotSpecified;
}

// RFC 3461 4.4.
bool takeEnvid(const Value& value, MailCommand& command, const ParseContext&) {
    if (!value || value->size() > kMaxEnvelopeId || !isXtext(*value))
        return false;
    command.envelopeId = *value;
    return true;
}

// RFC 4954 5: a mailbox as xtext, or <> for "not known". It is believed by nobody, so any xtext will do.
bool takeAuth(const Value& value, MailCommand& command, const ParseContext&) {
    if (!value || value->size() > kAuthParameterLength || (*value != "<>" && !isXtext(*value)))
        return false;
    command.auth = *value;
    return true;
}

// RFC 6531 3.4: stands alone.
bool takeSmtpUtf8(const Value& value, MailCommand& command, const ParseContext&) {
    command.smtpUtf8 = true;
    return !value;
}

// RFC 3461 4.1: NEVER stands alone.
bool takeNotify(const Value& value, RcptCommand& command, const ParseContext&) {
    if (!value)
        return false;
    auto& notify = command.notify;
    notify.specified = true;
    const std::pair<std::string_view, bool*> words[] = {{"NEVER", &notify.never},
                                                        {"SUCCESS", &notify.success},
                                                        {"FAILURE", &notify.failure},
                                                        {"DELAY", &notify.delay}};
    for (const auto word : split(*value, ',')) {
        const auto known = std::find_if(std::begin(words), std::end(words),
                                        [word](const auto& w) { return iequals(word, w.first); });
        if (known == std::end(words))
            return false;
        *known->second = true;
    }
    return !(notify.never && (notify.success || notify.failure || notify.delay));
}

// RFC 3461 4.2: address type, semicolon, xtext; RFC 6533 3 lets UTF-8 stand in an SMTPUTF8 transaction.
bool takeOrcpt(const Value& value, RcptCommand& command, const ParseContext& context) {
    if (!value || value->size() > kMaxOriginalRecipient)
        return false;
    const auto semicolon = value->find(';');
    if (semicolon == std::string_view::npos || !isKeyword(value->substr(0, semicolon)) ||
        !isXtext(value->substr(semicolon + 1), context.smtpUtf8))
        return false;
    command.originalRecipient = *value;
    return true;
}

constexpr Parameter<MailCommand> kMailParameters[] = {
    {"SIZE", withSize, takeSize},  {"BODY", withEightBitMime, takeBody},     {"RET", withDsn, takeRet},
    {"ENVID", withDsn, takeEnvid}, {"SMTPUTF8", withSmtpUtf8, takeSmtpUtf8}, {"AUTH", always, takeAuth},
};
constexpr Parameter<RcptCommand> kRcptParameters[] = {
    {"NOTIFY", withDsn, takeNotify},
    {"ORCPT", withDsn, takeOrcpt},
};

// Reads "KEY=value KEY ..."; returns what is wrong, or nothing. Explanations name only keywords of ours.
template <class Command>
std::optional<std::string> takeParameters(std::string_view text, std::span<const Parameter<Command>> known,
                                          Command& command, const ParseContext& context) {
    std::uint32_t seen = 0; // bit n: the n-th row was there
    while (!text.empty()) {
        const auto word = takeWord(text);
        const auto equals = word.find('=');
        const auto keyword = word.substr(0, equals);
        const Value value = equals == std::string_view::npos ? Value{} : word.substr(equals + 1);
        if (!isKeyword(keyword) || (value && !isParameterValue(*value)))
            return "a parameter is malformed";
        const auto row = std::find_if(known.begin(), known.end(), [&](const auto& candidate) {
            return iequals(candidate.keyword, keyword) && candidate.understood(context);
        });
        if (row == known.end())
            return "a parameter is unknown or not enabled on this connector";
        const auto bit = std::uint32_t{1} << (row - known.begin());
        if (seen & bit)
            return "the parameter " + std::string(row->keyword) + " is there twice";
        seen |= bit;
        if (!row->take(value, command, context))
            return "the parameter " + std::string(row->keyword) + " has a bad value";
    }
    return std::nullopt;
}

// --- the other verbs ---

bool isHelloDomain(std::string_view domain) {
    if (domain.size() > kMaxHelloDomain)
        return false;
    const bool literal = domain.starts_with('[');
    if (literal) {
        if (domain.size() < 3 || !domain.ends_with(']'))
            return false;
        domain = domain.substr(1, domain.size() - 2);
    }
    return std::all_of(domain.begin(), domain.end(), [literal](char c) {
        return isLetterOrDigit(c) || c == '-' || c == '.' || (literal && c == ':');
    });
}

// HELO and EHLO differ only in name here. Exchange looks at the characters, not at the shape
// (platform.md 2.5).
template <class Command>
ParsedCommand parseHello(std::string_view domain, const ParseContext& context) {
    if (domain.empty() && context.options.requireEhloDomain) {
        auto parsed = refuse(Reply::InvalidDomainName, context, "the connector requires a domain");
        auto& refused = std::get<Refused>(parsed.event);
        refused.parameter = "RequireEHLODomain";
        refused.closes = true; // platform.md 2.3
        return parsed;
    }
    if (!isHelloDomain(domain))
        return refuse(Reply::InvalidDomainName, context, "the domain holds a character that it must not");
    return {Command{std::string(domain)}};
}

// A verb that takes no argument (RFC 5321 4.1.1: any is a 501).
template <class Command>
ParsedCommand parseAlone(std::string_view arguments, const ParseContext& context) {
    if (!arguments.empty())
        return refuse(Reply::InvalidArguments, context, "the verb takes no argument");
    return {Command{}};
}

// An address of XCLIENT: dotted quad, or "IPV6:" and the rest; "[UNAVAILABLE]" is none.
bool readXclientAddress(std::string_view text, std::optional<IpAddress>& into) {
    constexpr std::string_view kIpv6 = "IPV6:";
    const bool six = istartsWith(text, kIpv6);
    const auto address = IpAddress::parse(six ? text.substr(kIpv6.size()) : text);
    if (into || !address)
        return false;
    into = *address;
    return true;
}

bool readXclientPort(std::string_view text, std::optional<std::uint16_t>& into) {
    const auto number = parseNumber(text);
    if (into || !number || *number == 0 || *number > std::numeric_limits<std::uint16_t>::max())
        return false;
    into = static_cast<std::uint16_t>(*number);
    return true;
}

// "ADDR=203.0.113.9": false where it is not known, said twice, or has no good value.
bool takeXclientAttribute(std::string_view word, XclientCommand& command) {
    const auto equals = word.find('=');
    if (equals == std::string_view::npos)
        return false;
    const auto name = word.substr(0, equals);
    const auto value = word.substr(equals + 1);
    if (iequals(name, "ADDR"))
        return readXclientAddress(value, command.address);
    if (iequals(name, "PORT"))
        return readXclientPort(value, command.port);
    if (iequals(name, "DESTADDR"))
        return readXclientAddress(value, command.destinationAddress);
    return iequals(name, "DESTPORT") && readXclientPort(value, command.destinationPort);
}

bool isPlainText(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return isControl(c) && c != '\t'; });
}

} // namespace

CommandLine splitCommandLine(std::string_view line) {
    while (!line.empty() && isBlank(line.back()))
        line.remove_suffix(1);
    CommandLine command;
    command.verb = takeWord(line);
    command.arguments = line;
    return command;
}

ParsedCommand parseHelo(std::string_view arguments, const ParseContext& context) {
    return parseHello<HeloCommand>(arguments, context);
}

ParsedCommand parseEhlo(std::string_view arguments, const ParseContext& context) {
    return parseHello<EhloCommand>(arguments, context);
}

ParsedCommand parseMail(std::string_view arguments, const ParseContext& context) {
    constexpr std::string_view kFrom = "FROM:";
    if (!istartsWith(arguments, kFrom) || skipBlanks(arguments.substr(kFrom.size())).empty())
        return refuse(Reply::InvalidArguments, context, "MAIL needs FROM:<path>");
    const auto path = takePath(skipBlanks(arguments.substr(kFrom.size())));
    if (!path)
        return refuse(Reply::InvalidSenderAddress, context, "the reverse path is malformed");
    MailCommand command;
    if (auto problem = takeParameters<MailCommand>(path->parameters, kMailParameters, command, context))
        return refuse(Reply::InvalidArguments, context, std::move(*problem));
    if (path->mailbox.empty() && path->bracketed) {
        command.address = RoutingAddress::nullReversePath();
        return {std::move(command)};
    }
    auto address = RoutingAddress::parse(path->mailbox, addressLimits(context.options, command.smtpUtf8));
    if (!address)
        return refuse(Reply::InvalidSenderAddress, context, address.error().message);
    if (address->domainPart().empty()) // "postmaster" alone is a forward path only (RFC 5321 4.1.1.3)
        return refuse(Reply::InvalidSenderAddress, context, "the reverse path has no domain");
    command.address = std::move(*address);
    return {std::move(command)};
}

ParsedCommand parseRcpt(std::string_view arguments, const ParseContext& context) {
    constexpr std::string_view kTo = "TO:";
    if (!istartsWith(arguments, kTo) || skipBlanks(arguments.substr(kTo.size())).empty())
        return refuse(Reply::InvalidArguments, context, "RCPT needs TO:<path>");
    const auto path = takePath(skipBlanks(arguments.substr(kTo.size())));
    if (!path)
        return refuse(Reply::InvalidRecipientAddress, context, "the forward path is malformed");
    RcptCommand command;
    if (auto problem = takeParameters<RcptCommand>(path->parameters, kRcptParameters, command, context))
        return refuse(Reply::InvalidArguments, context, std::move(*problem));
    // An empty path fails here: nobody receives at <> (RFC 5321 4.1.2 Forward-path).
    auto address = RoutingAddress::parse(path->mailbox, addressLimits(context.options, context.smtpUtf8));
    if (!address)
        return refuse(Reply::InvalidRecipientAddress, context, address.error().message);
    command.address = std::move(*address);
    return {std::move(command)};
}

ParsedCommand parseData(std::string_view arguments, const ParseContext& context) {
    return parseAlone<DataCommand>(arguments, context);
}

ParsedCommand parseRset(std::string_view arguments, const ParseContext& context) {
    return parseAlone<RsetCommand>(arguments, context);
}

// RFC 5321 4.1.1.9: an argument is ignored.
ParsedCommand parseNoop(std::string_view arguments, const ParseContext& context) {
    if (!isPlainText(arguments))
        return refuse(Reply::InvalidArguments, context, "the argument holds a control character");
    return {NoopCommand{}};
}

ParsedCommand parseHelp(std::string_view arguments, const ParseContext& context) {
    if (!isPlainText(arguments))
        return refuse(Reply::InvalidArguments, context, "the argument holds a control character");
    return {HelpCommand{std::string(arguments)}};
}

ParsedCommand parseVrfy(std::string_view arguments, const ParseContext& context) {
    if (arguments.empty() || !isPlainText(arguments))
        return refuse(Reply::InvalidArguments, context, "VRFY needs a name without control characters");
    return {VrfyCommand{std::string(arguments)}};
}

ParsedCommand parseQuit(std::string_view arguments, const ParseContext& context) {
    return parseAlone<QuitCommand>(arguments, context);
}

ParsedCommand parseXclient(std::string_view arguments, const ParseContext& context) {
    if (!context.options.xclientTrusted)
        return refuse(Reply::XclientNotAuthorized, context, "the peer is not among those of --trust-xclient");
    XclientCommand command;
    if (arguments.empty())
        return refuse(Reply::InvalidArguments, context, "XCLIENT needs ADDR=, PORT=, DESTADDR= or DESTPORT=");
    while (!arguments.empty()) {
        const auto word = takeWord(arguments);
        if (!takeXclientAttribute(word, command))
            return refuse(Reply::InvalidArguments, context,
                          "\"" + std::string(word) + "\" is no attribute of this server's XCLIENT");
    }
    return {std::move(command)};
}

ParsedCommand parseAuth(std::string_view arguments, const ParseContext& context) {
    if (arguments.empty())
        return refuse(Reply::InvalidArguments, context, "AUTH needs a mechanism");
    return refuse(Reply::UnrecognizedAuthentication, context, "no authentication mechanism is offered",
                  ParsingStatus::NotImplemented);
}

// RFC 3030 2: the octets of a refused chunk are on their way and must not be read as commands. Where their
// number is not known, or more than any message has, the only safe answer is to end the session.
ParsedCommand parseBdat(std::string_view arguments, const ParseContext& context) {
    const auto octets = parseNumber(takeWord(arguments));
    if (!octets || !(arguments.empty() || iequals(arguments, "LAST"))) {
        auto parsed = refuse(Reply::InvalidArguments, context, "BDAT needs a chunk size");
        std::get<Refused>(parsed.event).closes = true;
        return parsed;
    }
    auto parsed =
        refuse(Reply::NotImplemented, context, "CHUNKING is not offered", ParsingStatus::NotImplemented);
    const auto limit = std::min(context.options.maxMessageSize, kMaxDiscardedChunk);
    if (*octets > limit) {
        std::get<Refused>(parsed.event).explanation = "the chunk is larger than any message may be";
        std::get<Refused>(parsed.event).closes = true;
        return parsed;
    }
    parsed.octetsBehind = *octets;
    return parsed;
}

ParsedCommand parseUnimplemented(std::string_view, const ParseContext& context) {
    return refuse(Reply::NotImplemented, context, "the verb is known but not implemented",
                  ParsingStatus::NotImplemented);
}

} // namespace edge::smtp
