#include <edge/base/text.h>
#include <edge/mail/routing_address.h>
#include <edge/testenv/explain/explain_request.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace edge::testenv {
namespace {

constexpr std::size_t kMaxRecipients = 1000; // RCPT commands of one session; the server's own limit is lower

Result<std::string> reversePath(std::string_view text) {
    auto path = trim(text);
    if (path.starts_with('<') && path.ends_with('>'))
        path = path.substr(1, path.size() - 2);
    if (path.find_first_of("\r\n") != std::string_view::npos)
        return Error{Errc::InvalidArgument, "an address is one line"};
    return std::string(path);
}

Result<> takeIp(ExplainInputs& inputs, const std::string& answer) {
    const auto address = IpAddress::parse(trim(answer));
    if (!address)
        return address.error();
    inputs.ip = address->toString();
    return {};
}

Result<> takeWord(std::optional<std::string>& word, const std::string& answer) {
    if (trim(answer).empty())
        return Error{Errc::InvalidArgument, "that is empty"};
    word = std::string(trim(answer));
    return {};
}

Result<> takeFrom(ExplainInputs& inputs, const std::string& answer) {
    if (trim(answer).empty()) // Enter alone is no sender; <> is the blank one
        return Error{Errc::InvalidArgument, "the blank sender is <>"};
    inputs.from = answer;
    return {};
}

Result<> takeTo(ExplainInputs& inputs, const std::string& answer) {
    const auto blanks = replaceAll(answer, ",", " ");
    for (const auto piece : split(blanks, ' '))
        if (!trim(piece).empty())
            inputs.to.emplace_back(trim(piece));
    return inputs.to.empty() ? Result<>(Error{Errc::InvalidArgument, "that is empty"}) : Result<>();
}

// Digits of fixed places: "2019-06-03T09:00:30".
std::optional<int> number(std::string_view text, std::size_t at, std::size_t digits) {
    int value = 0;
    if (text.size() < at + digits)
        return std::nullopt;
    const auto* const end = text.data() + at + digits;
    const auto read = std::from_chars(text.data() + at, end, value);
    if (read.ec != std::errc{} || read.ptr != end || text[at] == '-')
        return std::nullopt;
    return value;
}

} // namespace

std::vector<MissingInput> missingInputs(const ExplainInputs& inputs) {
    std::vector<MissingInput> missing;
    if (!inputs.message)
        missing.push_back(
            {"MESSAGE", "File of the message",
             [](ExplainInputs& all, const std::string& answer) { return takeWord(all.message, answer); }});
    if (!inputs.ip)
        missing.push_back({"--ip", "Address that the client connects from", takeIp});
    if (!inputs.helo)
        missing.push_back(
            {"--helo", "Name that it says in EHLO",
             [](ExplainInputs& all, const std::string& answer) { return takeWord(all.helo, answer); }});
    if (!inputs.from)
        missing.push_back({"--from", "Sender of the envelope, <> for none", takeFrom});
    if (inputs.to.empty())
        missing.push_back({"--to", "Recipients of the envelope", takeTo});
    return missing;
}

std::string missingText(const std::vector<MissingInput>& missing) {
    std::string text;
    for (const auto& each : missing)
        text += (text.empty() ? "" : ", ") + each.option + " (" + each.question + ")";
    return "explain guesses nothing; still missing: " + text;
}

Result<> askMissing(ExplainInputs& inputs,
                    const std::function<std::optional<std::string>(const std::string& question)>& ask) {
    for (const auto& missing : missingInputs(inputs)) {
        std::string complaint;
        for (;;) {
            const auto answer = ask(complaint + missing.question + " (" + missing.option + "): ");
            if (!answer)
                return Error{Errc::Cancelled, missingText(missingInputs(inputs))};
            const auto taken = missing.take(inputs, *answer);
            if (taken)
                break;
            complaint = taken.error().message + ". ";
        }
    }
    return {};
}

Result<> takeInputs(const ExplainInputs& inputs, ExplainRequest& request) {
    if (const auto missing = missingInputs(inputs); !missing.empty())
        return Error{Errc::InvalidArgument, missingText(missing)};
    const auto ip = IpAddress::parse(*inputs.ip);
    if (!ip)
        return Error{Errc::InvalidArgument, "--ip: " + ip.error().message};
    if (inputs.to.size() > kMaxRecipients)
        return Error{Errc::LimitExceeded,
                     "more than " + std::to_string(kMaxRecipients) + " recipients in one session"};
    if (inputs.helo->find_first_of("\r\n") != std::string::npos)
        return Error{Errc::InvalidArgument, "--helo: a name is one line"};
    const auto from = reversePath(*inputs.from);
    if (!from)
        return Error{Errc::InvalidArgument, "--from: " + from.error().message};
    request.ip = *ip;
    request.helo = *inputs.helo;
    request.from = *from;
    for (const auto& text : inputs.to) {
        const auto to = reversePath(text);
        if (!to)
            return Error{Errc::InvalidArgument, "--to: " + to.error().message};
        request.to.push_back(*to);
    }
    request.messageName = *inputs.message;
    return {};
}

WireText wireText(std::string_view file) {
    if (file.find("\r\n") != std::string_view::npos)
        return {std::string(file), 0};
    WireText wire;
    for (const char c : file) {
        if (c == '\n') {
            wire.text += '\r';
            ++wire.mendedLineEnds;
        }
        wire.text += c;
    }
    return wire;
}

Result<UtcTime> parseMoment(std::string_view text) {
    using namespace std::chrono;
    const auto wrong = [text] {
        return Error{Errc::InvalidArgument,
                     "\"" + std::string(text) + "\" is no time such as 2019-06-03T09:00 (in UTC)"};
    };
    auto moment = trim(text);
    if (moment.ends_with('Z'))
        moment.remove_suffix(1);
    constexpr std::size_t kMinutes = 16;
    constexpr std::size_t kSeconds = 19;
    if (moment.size() != kMinutes && moment.size() != kSeconds)
        return wrong();
    const auto years = number(moment, 0, 4);
    const auto months = number(moment, 5, 2);
    const auto days = number(moment, 8, 2);
    const auto hours = number(moment, 11, 2);
    const auto minutes = number(moment, 14, 2);
    const auto seconds = moment.size() == kSeconds ? number(moment, 17, 2) : std::optional(0);
    const bool marks = moment[4] == '-' && moment[7] == '-' && (moment[10] == 'T' || moment[10] == ' ') &&
                       moment[13] == ':' && (moment.size() == kMinutes || moment[16] == ':');
    if (!marks || !years || !months || !days || !hours || !minutes || !seconds)
        return wrong();
    const year_month_day date{year{*years}, month(static_cast<unsigned>(*months)),
                              day(static_cast<unsigned>(*days))};
    if (!date.ok() || *hours > 23 || *minutes > 59 || *seconds > 59)
        return wrong();
    return sys_days{date} + std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
           std::chrono::seconds(*seconds);
}

} // namespace edge::testenv
