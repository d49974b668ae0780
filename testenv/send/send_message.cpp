#include <edge/base/guid.h>
#include <edge/base/text.h>
#include <edge/base/time_text.h>
#include <edge/mail/header_list.h>
#include <edge/testenv/send/send_message.h>

#include <algorithm>

namespace edge::testenv {
namespace {

constexpr const char* kLineEnd = "\r\n";

std::string withCrlf(std::string_view text) {
    return replaceAll(replaceAll(std::string(text), kLineEnd, "\n"), "\n", kLineEnd);
}

struct Parts {
    std::string header; // its lines with their ends
    std::string body;
};

Parts partsOf(const std::string& message) {
    if (message.starts_with(kLineEnd))
        return {{}, message.substr(2)};
    const auto end = message.find("\r\n\r\n");
    if (end == std::string::npos)
        return {message.ends_with(kLineEnd) ? message : message + kLineEnd, {}};
    return {message.substr(0, end + 2), message.substr(end + 4)};
}

} // namespace

std::string testMessage(const Clock& clock, Random& random, const std::string& from,
                        const std::vector<std::string>& to) {
    const auto now = clock.utcNow();
    const auto date = mailDate(now, clock.utcOffset(now));
    const auto sender = from.empty() ? "postmaster@edgesim.invalid" : from;
    return "Date: " + date + "\r\nFrom: " + sender + "\r\nTo: " + join(to, ", ") + "\r\nSubject: test " +
           date + "\r\nMessage-ID: <" + Guid::make(random).toString() +
           "@edgesim.invalid>\r\n\r\nThis is a test message from edgesim send.\r\n";
}

std::string editedMessage(std::string_view text, const std::vector<std::string>& headers,
                          const std::optional<std::string>& body) {
    auto message = withCrlf(text);
    if (headers.empty() && !body)
        return message;
    auto parts = partsOf(message);
    auto fields = HeaderList::parse(parts.header);
    for (const auto& header : headers) {
        const auto colon = header.find(':');
        fields.set(header.substr(0, colon), trim(std::string_view(header).substr(colon + 1)));
    }
    if (body)
        parts.body = withCrlf(replaceAll(*body, "\\n", "\n"));
    return fields.toBytes() + kLineEnd + parts.body;
}

bool isHeaderField(std::string_view text) {
    const auto colon = text.find(':');
    const auto name = text.substr(0, colon);
    return colon != std::string_view::npos && colon > 0 &&
           text.find_first_of("\r\n") == std::string_view::npos &&
           std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; }); // RFC 5322 2.2
}

} // namespace edge::testenv
