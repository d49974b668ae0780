#include <edge/tests/archives/archive_bench.h>

#include <archive.h>
#include <archive_entry.h>

#include <memory>
#include <stdexcept>

namespace edge::testenv {
namespace {

void check(archive* writer, int result) {
    if (result < ARCHIVE_WARN)
        throw std::runtime_error(archive_error_string(writer));
}

la_ssize_t append(archive*, void* into, const void* bytes, std::size_t size) {
    static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

void write(archive* writer, const PackedFile& file) {
    const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                         archive_entry_free);
    archive_entry_set_pathname(entry.get(), file.name.c_str());
    archive_entry_set_filetype(entry.get(), file.name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.content.size()));
    check(writer, archive_write_header(writer, entry.get()));
    if (archive_write_data(writer, file.content.data(), file.content.size()) < 0)
        throw std::runtime_error(archive_error_string(writer));
}

void little(std::string& text, unsigned value, int octets) {
    for (int i = 0; i < octets; ++i, value >>= 8U)
        text += static_cast<char>(value & 0xFFU);
}

} // namespace

std::string pack(const std::string& format, const std::vector<PackedFile>& files,
                 const std::string& compression, const std::string& options) {
    std::string bytes;
    const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
    check(writer.get(), archive_write_set_format_by_name(writer.get(), format.c_str()));
    if (!compression.empty())
        check(writer.get(), archive_write_add_filter_by_name(writer.get(), compression.c_str()));
    if (!options.empty())
        check(writer.get(), archive_write_set_options(writer.get(), options.c_str()));
    check(writer.get(), archive_write_set_bytes_per_block(writer.get(), 0));
    check(writer.get(), archive_write_open(writer.get(), &bytes, nullptr, append, nullptr));
    for (const auto& file : files)
        write(writer.get(), file);
    check(writer.get(), archive_write_close(writer.get()));
    return bytes;
}

std::string zip(const std::vector<PackedFile>& files) {
    return pack("zip", files);
}

std::string gzip(const std::string& content) {
    return pack("raw", {{"data", content}}, "gzip");
}

// APPNOTE 4.3.7, 4.3.12, 4.3.16.
std::string bareZip(const std::vector<std::string>& names) {
    std::string files, directory;
    for (const auto& name : names) {
        const auto offset = static_cast<unsigned>(files.size());
        files += "PK\x03\x04";
        little(files, 10, 2);
        files.append(20, '\0');
        little(files, static_cast<unsigned>(name.size()), 2);
        little(files, 0, 2);
        files += name;
        directory += "PK\x01\x02";
        little(directory, 10, 2);
        little(directory, 10, 2);
        directory.append(20, '\0');
        little(directory, static_cast<unsigned>(name.size()), 2);
        directory.append(12, '\0');
        little(directory, offset, 4);
        directory += name;
    }
    const auto start = static_cast<unsigned>(files.size());
    const auto count = static_cast<unsigned>(names.size()) & 0xFFFFU;
    std::string end = "PK\x05\x06";
    little(end, 0, 4);
    little(end, count, 2);
    little(end, count, 2);
    little(end, static_cast<unsigned>(directory.size()), 4);
    little(end, start, 4);
    little(end, 0, 2);
    return files + directory + end;
}

std::string nested(std::string inner, int levels) {
    for (int i = 0; i < levels; ++i)
        inner = zip({{"inner.zip", std::move(inner)}});
    return inner;
}

} // namespace edge::testenv
