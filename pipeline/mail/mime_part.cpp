#include <edge/base/text.h>
#include <edge/mail/mime_field.h>
#include <edge/mail/mime_part.h>

#include <algorithm>
#include <array>

namespace edge {
namespace {

constexpr std::array<std::string_view, 4> kMessageTypes{
    "message/rfc822", // RFC 2046 5.2.1
    "message/global", // RFC 6532 3.7
    "message/news",
    "message/external-body" // RFC 2046 5.2.3: what it encloses is a header, with a name in it
};

constexpr std::array<std::string_view, 7> kEncodings{
    "7bit", "8bit", "binary", "base64", "quoted-printable", "uuencode", "x-uuencode"};

void addUnique(std::vector<std::string>& list, std::string text) {
    if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end())
        list.push_back(std::move(text));
}

void addReadings(std::vector<std::string>& list, const MimeField& field, std::string_view parameter) {
    for (auto& reading : field.readings(parameter))
        addUnique(list, std::move(reading));
}

// The first word, quoted or not: what follows is a comment or a mistake.
std::string firstWord(std::string_view raw) {
    auto text = trim(raw);
    text.remove_prefix(text.starts_with('"') ? 1 : 0);
    return asciiLower(text.substr(0, text.find_first_of(" \t\r\n;,(\"")));
}

// A boundary does not end in blanks (RFC 2046 5.1.1), and relays remove them.
void addBoundaries(std::vector<std::string>& boundaries, const MimeField& field) {
    for (auto& reading : field.readings("boundary")) {
        reading.erase(reading.find_last_not_of(" \t") + 1);
        addUnique(boundaries, std::move(reading));
    }
}

Error tooManyParameters(const char* field) {
    return {Errc::LimitExceeded, "malformed MIME: a " + std::string(field) + " field has more than " +
                                     std::to_string(MimeField::kMaxParameters) + " parameters"};
}

Result<> describeType(MimePart& part, std::string_view raw, bool first) {
    const auto field = MimeField::parse(raw);
    if (field.value().starts_with("multipart/")) {
        part.isMultipart = true;
        addBoundaries(part.boundaries, field);
    }
    if (!first) {
        part.defects.push_back("Content-Type stands more than once");
        part.otherContentTypes.push_back(field.value());
    } else if (field.value().empty()) {
        part.defects.push_back("Content-Type is empty");
    } else {
        part.contentType = field.value();
        part.charset = asciiLower(field.first("charset"));
        if (part.contentType.find('/') == std::string::npos)
            part.defects.push_back("Content-Type has no subtype");
    }
    addReadings(part.fileNames, field, "name");
    addReadings(part.fileNames, field, "filename");
    return field.hasTooManyParameters() ? Result<>(tooManyParameters("Content-Type")) : Result<>();
}

Result<> describeDisposition(MimePart& part, std::string_view raw) {
    const auto field = MimeField::parse(raw);
    if (part.disposition.empty())
        part.disposition = field.value();
    else
        part.defects.push_back("Content-Disposition stands more than once");
    addReadings(part.fileNames, field, "filename");
    addReadings(part.fileNames, field, "name");
    return field.hasTooManyParameters() ? Result<>(tooManyParameters("Content-Disposition")) : Result<>();
}

void describeEncoding(MimePart& part, std::string_view raw) {
    const auto word = firstWord(raw);
    if (!part.transferEncoding.empty()) {
        part.defects.push_back("Content-Transfer-Encoding stands more than once");
        // Some readers decode, some do not; what only those see that do is hidden from a filter that does
        // not.
        if (transferEncodingOf(part.transferEncoding) != TransferEncoding::None ||
            transferEncodingOf(word) == TransferEncoding::None)
            return;
    }
    part.transferEncoding = word;
    if (std::find(kEncodings.begin(), kEncodings.end(), word) == kEncodings.end())
        part.defects.push_back("the transfer encoding is unknown");
}

bool enclosesMessage(const MimePart& part) {
    const auto is = [](std::string_view type) {
        return std::find(kMessageTypes.begin(), kMessageTypes.end(), type) != kMessageTypes.end();
    };
    return is(part.contentType) ||
           std::any_of(part.otherContentTypes.begin(), part.otherContentTypes.end(), is);
}

} // namespace

TransferEncoding transferEncodingOf(std::string_view word) {
    if (word == "base64")
        return TransferEncoding::Base64;
    if (word == "quoted-printable")
        return TransferEncoding::QuotedPrintable;
    if (word == "uuencode" || word == "x-uuencode" || word == "x-uue")
        return TransferEncoding::UUEncode;
    return TransferEncoding::None;
}

Result<> describePart(MimePart& part, const std::vector<ContentField>& fields) {
    for (const auto& field : fields) // first, since its name is the one that readers show
        if (iequals(field.name, "Content-Disposition"))
            if (auto done = describeDisposition(part, field.value); !done)
                return done;
    bool first = true;
    for (const auto& field : fields) {
        if (iequals(field.name, "Content-Type")) {
            if (auto done = describeType(part, field.value, first); !done)
                return done;
            first = false;
        } else if (iequals(field.name, "Content-Transfer-Encoding")) {
            describeEncoding(part, field.value);
        }
    }
    part.isMessage = !part.isMultipart && enclosesMessage(part);
    part.isAttachment = part.disposition == "attachment" || !part.fileNames.empty();
    if (part.isMultipart && part.boundaries.empty())
        part.defects.push_back("the multipart has no boundary");
    return {};
}

} // namespace edge
