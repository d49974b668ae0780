#include <edge/server/archives/helper_protocol.h>

#include <cstring>
#include <optional>

namespace edge {
namespace {

constexpr unsigned kIsArchive = 1, kSingleFile = 2, kEncrypted = 4, kAllFlags = 7;

// Octets beside the names, more than enough.
constexpr std::size_t kReserve = 64 * 1024;

void putText(std::string& bytes, std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
    bytes += text;
}

// Takes fields off the front; nothing once something did not fit.
class Fields {
public:
    explicit Fields(std::string_view bytes)
        : bytes_(bytes) {}

    std::optional<std::uint32_t> number() {
        std::uint32_t value = 0;
        if (bytes_.size() < sizeof value)
            return std::nullopt;
        std::memcpy(&value, bytes_.data(), sizeof value);
        bytes_.remove_prefix(sizeof value);
        return value;
    }
    std::optional<std::string> text() {
        const auto size = number();
        if (!size || *size > bytes_.size())
            return std::nullopt;
        std::string value(bytes_.substr(0, *size));
        bytes_.remove_prefix(*size);
        return value;
    }
    bool atEnd() const { return bytes_.empty(); }

private:
    std::string_view bytes_;
};

Error malformed() {
    return Error{Errc::Malformed, "the archive helper's answer makes no sense"};
}

} // namespace

HelperRequest helperRequest(const ArchiveLimits& limits, std::uint64_t cpuSeconds) {
    return {limits.maxEntries, limits.maxUnpackedSize, limits.maxArchiveSize, limits.maxDepth, cpuSeconds};
}

ArchiveLimits limitsOf(const HelperRequest& request) {
    ArchiveLimits limits;
    limits.maxEntries = request.maxEntries;
    limits.maxUnpackedSize = request.maxUnpackedSize;
    limits.maxArchiveSize = request.maxArchiveSize;
    limits.maxDepth = static_cast<int>(request.maxDepth);
    return limits;
}

std::string encodeListing(const ArchiveListing& listing) {
    const unsigned flags = (listing.isArchive ? kIsArchive : 0) | (listing.singleFile ? kSingleFile : 0) |
                           (listing.encrypted ? kEncrypted : 0);
    std::string names;
    std::string trouble = listing.trouble.substr(0, kReserve / 4);
    for (const auto& name : listing.names) {
        if (names.size() + name.size() + sizeof(std::uint32_t) + kReserve > kMaxAnswer) {
            trouble = "more octets of names than fit";
            break;
        }
        putText(names, name);
    }
    std::string bytes(1, static_cast<char>(flags));
    putText(bytes, listing.format.substr(0, kReserve / 4));
    putText(bytes, trouble);
    return bytes + names;
}

Result<ArchiveListing> decodeListing(std::string_view bytes) {
    if (bytes.empty())
        return malformed();
    const auto flags = static_cast<unsigned char>(bytes.front());
    Fields fields(bytes.substr(1));
    auto format = fields.text();
    auto trouble = fields.text();
    if (flags > kAllFlags || !format || !trouble)
        return malformed();
    ArchiveListing listing;
    listing.isArchive = (flags & kIsArchive) != 0;
    listing.singleFile = (flags & kSingleFile) != 0;
    listing.encrypted = (flags & kEncrypted) != 0;
    listing.format = std::move(*format);
    listing.trouble = std::move(*trouble);
    while (!fields.atEnd()) {
        auto name = fields.text();
        if (!name)
            return malformed();
        listing.names.push_back(std::move(*name));
    }
    return listing;
}

} // namespace edge
