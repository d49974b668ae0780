#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/dns_types.h>
#include <edge/server/recording/recording_text.h>

#include <array>
#include <cstdio>

namespace edge {
namespace {

constexpr std::array<std::string_view, 5> kOutcomeNames{"answered", "nodata", "nxdomain", "servfail",
                                                        "timeout"};
constexpr std::array<std::string_view, 6> kEndNames{"client-ended",   "client-reset", "server-closed",
                                                    "server-dropped", "stopping",     "limit-reached"};

// "0.000120": seconds, to the microsecond.
std::string seconds(Duration span) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(span).count();
    std::array<char, 40> text{};
    const auto length =
        std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(micros / 1'000'000),
                      static_cast<long long>(micros % 1'000'000));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string line(Duration at, std::string_view word, std::string_view rest) {
    std::string text = seconds(at);
    text += ' ';
    text += word;
    text += ' ';
    text += rest;
    return text += '\n';
}

std::string cmdletLines(std::string_view word, std::string_view script) {
    std::string text;
    for (const auto line : split(script, '\n'))
        if (!trim(line).empty() && trim(line).front() != '#')
            text += std::string(word) + escapedBytes(line) + "\n";
    return text;
}

void appendEscaped(std::string& text, unsigned char c) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    switch (c) {
    case '\r':
        text += "\\r";
        return;
    case '\n':
        text += "\\n";
        return;
    case '\t':
        text += "\\t";
        return;
    case '\\':
        text += "\\\\";
        return;
    default:
        break;
    }
    if (c >= 0x20 && c < 0x7F) {
        text += static_cast<char>(c);
        return;
    }
    text += "\\x";
    text += kDigits[c >> 4U];
    text += kDigits[c & 0xFU];
}

} // namespace

std::string_view toString(SessionEnd end) {
    return kEndNames[static_cast<std::size_t>(end)];
}

std::string_view dnsOutcomeName(DnsOutcome outcome) {
    return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::string dnsRecordText(DnsType type, const DnsRecord& record) {
    if (type == DnsType::A || type == DnsType::Aaaa)
        return record.address.toString();
    if (type == DnsType::Mx)
        return std::to_string(record.preference) + " " + record.text;
    return record.text;
}

std::string escapedBytes(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() + 8);
    for (const char c : bytes)
        appendEscaped(text, static_cast<unsigned char>(c));
    if (text.ends_with(' ')) {
        text.pop_back();
        text += "\\x20";
    }
    return text;
}

std::string quotedWord(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text)
        if (c == '"')
            quoted += "\\\"";
        else
            appendEscaped(quoted, static_cast<unsigned char>(c));
    return quoted += '"';
}

std::string recordingHeadText(const RecordingHead& head, std::string_view script, std::string_view entries) {
    std::string text(kRecordingMark);
    text += " " + std::to_string(kRecordingVersion) + "\n";
    text += "server " + quotedWord("edgesim " EDGE_VERSION) + "\n";
    text += "started " + isoTime(head.started) + "\n";
    text += "client " + head.client.toString() + "\n";
    text += "local " + head.local.toString() + "\n";
    text += "selection " + head.selection.toString() + "\n";
    text += cmdletLines(kConfigured, script);
    text += cmdletLines(kListed, entries);
    return text += "\n";
}

std::string recordedBytes(Duration at, bool fromClient, std::string_view bytes) {
    std::string text;
    for (bool first = true; !bytes.empty(); first = false) {
        const auto end = bytes.find('\n');
        const auto piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
        const auto begins = fromClient ? kClientSaid : kServerSaid;
        const auto goesOn = fromClient ? kClientWentOn : kServerWentOn;
        text += line(at, first ? begins : goesOn, escapedBytes(piece));
        bytes.remove_prefix(piece.size());
    }
    return text;
}

std::string recordedDecision(Duration at, const Decision& decision) {
    auto rest = std::string(toString(decision.event)) + " " + quotedWord(decision.agent) + " " +
                std::string(toString(decision.action));
    if (!decision.response.isEmpty())
        rest += " response " + quotedWord(decision.response.toString());
    if (!decision.reason.empty())
        rest += " reason " + quotedWord(decision.reason);
    if (!decision.reasonData.empty())
        rest += " data " + quotedWord(decision.reasonData);
    auto text = line(at, kDecided, rest);
    for (const auto& input : decision.inputs)
        text += line(at, kLookedAt, quotedWord(input.what) + " " + quotedWord(input.value));
    return text;
}

std::string recordedAnswer(Duration at, std::string_view name, DnsType type, const DnsAnswer& answer,
                           Duration took) {
    auto rest = quotedWord(name) + " " + std::string(toString(type)) + " " +
                std::string(dnsOutcomeName(answer.outcome)) + " took " + seconds(took);
    for (const auto& record : answer.records)
        rest += " " + quotedWord(dnsRecordText(type, record));
    return line(at, kAnswered, rest);
}

std::string recordedEnd(Duration at, SessionEnd end) {
    return line(at, kEnded, toString(end));
}

} // namespace edge
