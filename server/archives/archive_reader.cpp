#include <edge/base/assert.h>
#include <edge/base/text.h>
#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_reader.h>

#include <archive.h>
#include <archive_entry.h>
#include <langinfo.h>

#include <algorithm>
#include <clocale>
#include <cstring>

namespace edge {
namespace {

using Enable = int (*)(archive*);

// Formats in which archives travel by mail, and ISO images, which are sent in their stead. Not here: mtree,
// warc and raw, which would take texts for archives.
constexpr Enable kFormats[] = {
    archive_read_support_format_zip_seekable, archive_read_support_format_zip_streamable,
    archive_read_support_format_7zip,         archive_read_support_format_rar,
    archive_read_support_format_rar5,         archive_read_support_format_cab,
    archive_read_support_format_lha,          archive_read_support_format_tar,
    archive_read_support_format_cpio,         archive_read_support_format_ar,
    archive_read_support_format_iso9660,
};

// Compressions that libarchive does itself. Not here: lrzip, lzop and grzip, which start programs; uu, which
// takes texts; rpm, which is no compression.
constexpr Enable kCompressions[] = {
    archive_read_support_filter_gzip, archive_read_support_filter_bzip2, archive_read_support_filter_xz,
    archive_read_support_filter_lzma, archive_read_support_filter_lzip,  archive_read_support_filter_compress,
    archive_read_support_filter_zstd, archive_read_support_filter_lz4,
};

struct Name {
    int code;
    const char* name;
};

constexpr Name kFormatNames[] = {
    {ARCHIVE_FORMAT_ZIP, "ZIP"},          {ARCHIVE_FORMAT_7ZIP, "7-ZIP"}, {ARCHIVE_FORMAT_RAR, "RAR"},
    {ARCHIVE_FORMAT_RAR_V5, "RAR"},       {ARCHIVE_FORMAT_CAB, "CAB"},    {ARCHIVE_FORMAT_LHA, "LHA"},
    {ARCHIVE_FORMAT_TAR, "TAR"},          {ARCHIVE_FORMAT_CPIO, "CPIO"},  {ARCHIVE_FORMAT_AR, "AR"},
    {ARCHIVE_FORMAT_ISO9660, "ISO 9660"},
};

constexpr Name kCompressionNames[] = {
    {ARCHIVE_FILTER_GZIP, "GZIP"}, {ARCHIVE_FILTER_BZIP2, "BZIP2"}, {ARCHIVE_FILTER_XZ, "XZ"},
    {ARCHIVE_FILTER_LZMA, "LZMA"}, {ARCHIVE_FILTER_LZIP, "LZIP"},   {ARCHIVE_FILTER_COMPRESS, "COMPRESS"},
    {ARCHIVE_FILTER_ZSTD, "ZSTD"}, {ARCHIVE_FILTER_LZ4, "LZ4"},
};

template <std::size_t N>
std::string nameOf(const Name (&names)[N], int code) {
    const auto* found = std::find_if(std::begin(names), std::end(names),
                                     [code](const Name& row) { return row.code == code; });
    return found == std::end(names) ? std::string{} : found->name;
}

void enable(archive* handle, ArchiveReader::Kind kind) {
    if (kind == ArchiveReader::Kind::Entries) {
        for (const auto format : kFormats)
            format(handle);
        return;
    }
    for (const auto compression : kCompressions)
        EDGE_ASSERT(compression(handle) == ARCHIVE_OK, "libarchive unpacks this itself, without a program");
    archive_read_support_format_raw(handle);
    archive_read_support_format_empty(handle); // of nothing raw makes an error
}

} // namespace

void ArchiveReader::Close::operator()(archive* handle) const {
    archive_read_free(handle);
}

ArchiveReader::ArchiveReader(std::string_view bytes, Kind kind)
    : archive_(archive_read_new())
    , bytes_(bytes)
    , kind_(kind) {
    if (!archive_)
        throw std::bad_alloc();
    enable(archive_.get(), kind);
    opened_ = archive_read_open_memory(archive_.get(), bytes.data(), bytes.size()) == ARCHIVE_OK;
}

ArchiveReader::Step ArchiveReader::next() {
    if (!opened_)
        return Step::Broken;
    entry_ = nullptr;
    archive_entry* entry = nullptr;
    switch (archive_read_next_header(archive_.get(), &entry)) {
    case ARCHIVE_OK:
    case ARCHIVE_WARN:
        entry_ = entry;
        return Step::Entry;
    case ARCHIVE_EOF:
        return Step::End;
    case ARCHIVE_RETRY:
    case ARCHIVE_FAILED:
        return Step::Damaged;
    default:
        return Step::Broken;
    }
}

bool ArchiveReader::recognised() const {
    return !format().empty();
}

std::string ArchiveReader::format() const {
    if (kind_ == Kind::Compressed && !opened_) // it began as one, then the first octets were wrong
        return std::string(compressionMark(bytes_));
    if (kind_ == Kind::Compressed)
        return nameOf(kCompressionNames, archive_filter_code(archive_.get(), layers() - 1));
    const int code = archive_format(archive_.get());
    if (code == ARCHIVE_FORMAT_RAR_V5)
        return nameOf(kFormatNames, code);
    return nameOf(kFormatNames, code & ARCHIVE_FORMAT_BASE_MASK);
}

// libarchive counts the plain input as one.
int ArchiveReader::layers() const {
    return opened_ ? std::max(0, archive_filter_count(archive_.get()) - 1) : 0;
}

std::string_view ArchiveReader::name() const {
    const char* stored = archive_entry_pathname(entry_);
    if (stored == nullptr)
        stored = archive_entry_pathname_utf8(entry_);
    return stored == nullptr ? std::string_view{} : std::string_view(stored);
}

// Some formats do not say what an entry is: a file then.
bool ArchiveReader::isFile() const {
    const auto type = archive_entry_filetype(entry_);
    return type == 0 || type == AE_IFREG;
}

bool ArchiveReader::isFolder() const {
    return archive_entry_filetype(entry_) == AE_IFDIR;
}

bool ArchiveReader::isEncrypted() const {
    return archive_entry_is_encrypted(entry_) != 0;
}

bool ArchiveReader::hasEncrypted() const {
    return opened_ && archive_read_has_encrypted_entries(archive_.get()) == 1;
}

bool ArchiveReader::read(std::string& into, std::size_t limit) {
    constexpr std::size_t kStep = 64 * 1024;
    while (into.size() < limit) {
        const auto before = into.size();
        into.resize(before + std::min(kStep, limit - before));
        const auto count = archive_read_data(archive_.get(), into.data() + before, into.size() - before);
        into.resize(before + static_cast<std::size_t>(std::max<la_ssize_t>(count, 0)));
        if (count <= 0)
            return count == 0;
    }
    return true;
}

std::string ArchiveReader::complaint() const {
    const char* text = archive_error_string(archive_.get());
    return text == nullptr ? "it cannot be read" : escapeControls(text);
}

Utf8Names::Utf8Names() {
    if (std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return;
    auto* locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    mine_ = locale;
    if (locale != nullptr)
        before_ = uselocale(locale);
}

Utf8Names::~Utf8Names() {
    if (mine_ == nullptr)
        return;
    uselocale(static_cast<locale_t>(before_));
    freelocale(static_cast<locale_t>(mine_));
}

} // namespace edge
