#include <edge/server/archives/zip_names.h>

#include <optional>

namespace edge {
namespace {

using namespace std::string_view_literals;

// APPNOTE 4.3.7 and 4.3.12: where in a header its fields stand.
struct HeaderForm {
    std::string_view mark;
    std::size_t size;
    std::size_t flags;
    std::size_t nameLength;
};

constexpr HeaderForm kForms[] = {
    {"PK\x03\x04"sv, 30, 6, 26},
    {"PK\x01\x02"sv, 46, 8, 28},
};

constexpr unsigned kEncrypted = 1U << 0, kUtf8 = 1U << 11;

unsigned number(std::string_view bytes, std::size_t at) {
    const auto octet = [bytes](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    return octet(at) | static_cast<unsigned>(octet(at + 1)) << 8U;
}

std::optional<ZipName> nameAt(std::string_view bytes, const HeaderForm& form) {
    if (bytes.size() < form.size || !bytes.starts_with(form.mark))
        return std::nullopt;
    const auto length = number(bytes, form.nameLength);
    if (length == 0 || length > bytes.size() - form.size)
        return std::nullopt;
    const auto octets = bytes.substr(form.size, length);
    if (octets.back() == '/' || octets.back() == '\\')
        return std::nullopt; // a folder
    const auto flags = number(bytes, form.flags);
    return ZipName{octets, (flags & kUtf8) != 0, (flags & kEncrypted) != 0};
}

} // namespace

void forEachZipName(std::string_view bytes, const std::function<bool(const ZipName&)>& take) {
    for (auto at = bytes.find("PK"sv); at != std::string_view::npos; at = bytes.find("PK"sv, at + 2)) {
        for (const auto& form : kForms) {
            const auto name = nameAt(bytes.substr(at), form);
            if (name && !take(*name))
                return;
        }
    }
}

} // namespace edge
