#include <edge/server/archives/archive_magic.h>

#include <algorithm>
#include <cstdint>

namespace edge {
namespace {

using namespace std::string_view_literals;

struct Mark {
    std::size_t offset;
    std::string_view octets;
};

constexpr Mark kMarks[] = {
    {0, "PK\x01\x02"sv},
    {0, "PK\x03\x04"sv},
    {0, "PK\x05\x06"sv},
    {0, "PK\x06\x06"sv},
    {0, "PK\x07\x08"sv}, // ZIP in volumes
    {0, "PK00PK"sv},     // ZIP that was meant to be in volumes
    {0, "7z\xBC\xAF\x27\x1C"sv},
    {0, "Rar!\x1A\x07"sv},
    {0, "MSCF"sv},
    {0, "!<arch>\n"sv},
    {0, "070701"sv}, // cpio
    {0, "070702"sv},
    {0, "070707"sv},
    {0, "\xC7\x71"sv},
    {0, "\x71\xC7"sv},
    {257, "ustar"sv},
    {32769, "CD001"sv},
    {0, "\x1F\x8B"sv}, // gzip
    {0, "\x1F\x9D"sv}, // compress
    {0, "BZh"sv},
    {0, "\xFD\x37zXZ\0"sv},
    {0, "LZIP"sv},
    {0, "\x5D\0\0"sv},         // lzma without a container
    {0, "\x28\xB5\x2F\xFD"sv}, // zstd
    {1, "\x2A\x4D\x18"sv},     // zstd and lz4: a frame to be skipped
    {0, "\x04\x22\x4D\x18"sv}, // lz4
    {0, "MZ"sv},               // programs: archives that unpack themselves
    {0, "\x7F"
        "ELF"sv},
};

struct CompressionMark {
    std::string_view octets;
    std::string_view name;
};

constexpr CompressionMark kCompressionMarks[] = {
    {"\x1F\x8B\x08"sv, "GZIP"},     {"BZh"sv, "BZIP2"},
    {"\xFD\x37zXZ\0"sv, "XZ"},      {"LZIP"sv, "LZIP"},
    {"\x28\xB5\x2F\xFD"sv, "ZSTD"}, {"\x04\x22\x4D\x18"sv, "LZ4"},
};

bool has(std::string_view bytes, const Mark& mark) {
    return bytes.size() >= mark.offset + mark.octets.size() &&
           bytes.substr(mark.offset, mark.octets.size()) == mark.octets;
}

// "-lh5-" behind the length and checksum of the first header.
bool beginsAsLha(std::string_view bytes) {
    return bytes.size() >= 21 && bytes[2] == '-' && (bytes[3] == 'l' || bytes[3] == 'p') && bytes[6] == '-';
}

// Before "ustar" was invented a tar had no mark but the checksum of its first header.
bool beginsAsOldTar(std::string_view bytes) {
    constexpr std::size_t kHeader = 512;
    constexpr std::size_t kSum = 148, kSumEnd = 156;
    if (bytes.size() < kHeader || bytes[0] == '\0')
        return false;
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < kHeader; ++i)
        sum += i >= kSum && i < kSumEnd ? ' ' : static_cast<unsigned char>(bytes[i]);
    std::uint32_t stated = 0;
    bool digits = false;
    for (std::size_t i = kSum; i < kSumEnd; ++i) {
        const char c = bytes[i];
        if (c >= '0' && c <= '7') {
            stated = stated * 8 + static_cast<std::uint32_t>(c - '0');
            digits = true;
        } else if (digits) {
            break;
        } else if (c != ' ') {
            return false;
        }
    }
    return digits && stated == sum;
}

} // namespace

std::string_view compressionMark(std::string_view bytes) {
    for (const auto& mark : kCompressionMarks)
        if (bytes.starts_with(mark.octets))
            return mark.name;
    return {};
}

bool endsAsZip(std::string_view bytes) {
    constexpr std::size_t kRecord = 22, kComment = 65535;
    if (bytes.size() < kRecord)
        return false;
    const auto from = bytes.size() - std::min(bytes.size(), kRecord + kComment);
    return bytes.substr(from).find("PK\x05\x06"sv) != std::string_view::npos;
}

bool mayBeArchive(std::string_view head) {
    const auto marked = [head](const Mark& mark) { return has(head, mark); };
    return std::any_of(std::begin(kMarks), std::end(kMarks), marked) || beginsAsLha(head) ||
           beginsAsOldTar(head) || endsAsZip(head);
}

} // namespace edge
