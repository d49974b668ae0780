#include <edge/server/archives/archive_magic.h>
#include <edge/server/archives/archive_names.h>
#include <edge/server/archives/entry_name.h>
#include <edge/tests/archives/archive_bench.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;
using namespace std::string_literals;

namespace {

using Names = std::vector<std::string>;

ArchiveListing list(const std::string& bytes, const ArchiveLimits& limits = {}) {
    return archiveNames(bytes, limits);
}

} // namespace

TEST_CASE("Each format is known by its content, and its names are found") {
    struct Row {
        const char* format;
        const char* name;
    };
    for (const Row row : {Row{"zip", "ZIP"},
                          {"7zip", "7-ZIP"},
                          {"ustar", "TAR"},
                          {"v7tar", "TAR"},
                          {"gnutar", "TAR"},
                          {"pax", "TAR"},
                          {"cpio", "CPIO"},
                          {"newc", "CPIO"},
                          {"bin", "CPIO"},
                          {"ar", "AR"},
                          {"iso9660", "ISO 9660"}}) {
        CAPTURE(row.format);
        const auto bytes = pack(row.format, {{"readme.txt", "hello\n"}, {"setup.exe", "no program"}});
        CHECK(mayBeArchive(bytes));
        const auto listing = list(bytes);
        CHECK(listing.isArchive);
        CHECK(listing.format == row.name);
        CHECK(listing.trouble == "");
        CHECK(std::count(listing.names.begin(), listing.names.end(), "setup.exe") == 1);
        CHECK(std::count(listing.names.begin(), listing.names.end(), "readme.txt") == 1);
        CHECK_FALSE(listing.singleFile);
        CHECK_FALSE(listing.encrypted);
    }
}

TEST_CASE("Each compression is undone, around one file and around an archive") {
    struct Row {
        const char* compression;
        const char* name;
    };
    for (const Row row : {Row{"gzip", "GZIP"},
                          {"bzip2", "BZIP2"},
                          {"xz", "XZ"},
                          {"lzma", "LZMA"},
                          {"lzip", "LZIP"},
                          {"compress", "COMPRESS"},
                          {"zstd", "ZSTD"},
                          {"lz4", "LZ4"}}) {
        CAPTURE(row.compression);
        const auto single = list(pack("raw", {{"data", "plain text\n"}}, row.compression));
        CHECK(single.isArchive);
        CHECK(single.format == row.name);
        CHECK(single.singleFile);
        CHECK(single.trouble == "");
        CHECK(single.names.empty());
        const auto tar = list(pack("ustar", {{"a/b.exe", "no program"}}, row.compression));
        CHECK(tar.format == "TAR in "s + row.name);
        CHECK(tar.names == Names{"a/b.exe"});
        CHECK_FALSE(tar.singleFile);
    }
}

TEST_CASE("What is no archive is not taken for one") {
    for (const auto& bytes : {""s, "hello\n"s, "%PDF-1.4\n"s, "MZ but nothing behind it"s, "\x1F\x8B"s, "PK"s,
                              "begin 644 a.exe\n"s, std::string(5000, '\0'), std::string(5000, 'x')}) {
        CAPTURE(bytes.substr(0, 20));
        const auto listing = list(bytes);
        CHECK_FALSE(listing.isArchive);
        CHECK(listing.format == "");
        CHECK(listing.names.empty());
        CHECK(listing.trouble == "");
    }
    CHECK_FALSE(mayBeArchive("hello\n"));
    CHECK_FALSE(mayBeArchive("%PDF-1.4\n"));
    CHECK_FALSE(mayBeArchive("\x89PNG\r\n\x1A\n"));
    CHECK_FALSE(mayBeArchive("\xFF\xD8\xFF\xE0"));
    CHECK_FALSE(mayBeArchive("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"));
}

TEST_CASE("Archives within archives are opened, and the path shows the way") {
    const auto deepest = zip({{"evil.exe", "no program"}});
    const auto listing = list(pack(
        "7zip", {{"notes.txt", "x"}, {"docs/inner.dat", pack("ustar", {{"more.bin", deepest}}, "gzip")}}));
    for (const auto* name :
         {"notes.txt", "docs/inner.dat", "docs/inner.dat/more.bin", "docs/inner.dat/more.bin/evil.exe"})
        CHECK(std::count(listing.names.begin(), listing.names.end(), name) == 1);
    CHECK(listing.trouble == "");
}

TEST_CASE("A compressed file inside an archive has the name without the suffix") {
    CHECK(list(zip({{"x.exe.gz", gzip("no program")}})).names == Names{"x.exe.gz", "x.exe.gz/x.exe"});
    CHECK(unpackedName("a.tgz") == "a.tar");
    CHECK(unpackedName("x.exe.gz") == "x.exe");
    CHECK(unpackedName("folder.d/plain") == "folder.d/plain");
}

TEST_CASE("The name in a gzip header counts") {
    const auto bytes = "\x1F\x8B\x08\x08\0\0\0\0\0\x03"
                       "evil.exe\0"
                       "\x4B\xCC\x05\0\x33\xFC\x31\x6B\x02\0\0\0"s; // "am"
    const auto listing = list(bytes);
    CHECK(listing.names == Names{"evil.exe"});
    CHECK(listing.singleFile);
}

TEST_CASE("A ZIP behind a program or a document is found") {
    const auto archive = zip({{"evil.exe", "no program"}});
    for (const auto& front : {"MZ"s + std::string(3000, 'x'), "%PDF-1.4\n"s + std::string(3000, 'x'),
                              "\xFF\xD8\xFF\xE0"s + std::string(100000, 'x')}) {
        CHECK(mayBeArchive(front + archive));
        const auto listing = list(front + archive);
        CHECK(listing.isArchive);
        CHECK(listing.format == "ZIP");
        CHECK(std::count(listing.names.begin(), listing.names.end(), "evil.exe") == 1);
    }
}

TEST_CASE("Both names of a ZIP entry count where header and directory differ") {
    auto bytes = bareZip({"safe.txt"});
    bytes.replace(bytes.rfind("safe.txt"), 8, "evil.exe");
    const auto names = list(bytes).names;
    CHECK(names == Names{"safe.txt", "evil.exe"});
}

TEST_CASE("A ZIP name is seen before and behind its NUL") {
    const auto names = list(bareZip({"evil.exe\0.txt"s})).names;
    CHECK(std::count(names.begin(), names.end(), "evil.exe\0.txt"s) == 1);
    CHECK(std::count(names.begin(), names.end(), "evil.exe") == 1);
}

TEST_CASE("Names that are not UTF-8 are read as code page 437") {
    CHECK(list(bareZip({"\x81"
                        "bung.exe"}))
              .names == Names{"übung.exe"});
    CHECK(list(bareZip({"übung.exe"})).names == Names{"übung.exe"});
    CHECK(entryName("\xE0\x80\x80") != "\xE0\x80\x80"); // overlong
}

TEST_CASE("Of an endless name the end is kept") {
    const auto names = list(bareZip({std::string(60000, 'a') + ".exe"})).names;
    REQUIRE(names.size() == 1);
    CHECK(names[0].size() == kMaxEntryName);
    CHECK(names[0].ends_with(".exe"));
}

TEST_CASE("A truncated ZIP still shows its names") {
    const auto whole = zip({{"evil.exe", std::string(1000, 'x')}, {"b.txt", "b"}});
    const auto listing = list(whole.substr(0, 60));
    CHECK(listing.isArchive);
    CHECK(listing.names == Names{"evil.exe"});
    CHECK(listing.trouble != "");
}

TEST_CASE("Archives are opened to the allowed depth, and not further") {
    const auto program = zip({{"evil.exe", "no program"}});
    const auto deep = list(nested(program, 5));
    CHECK(deep.trouble == "");
    CHECK(deep.names.back() == "inner.zip/inner.zip/inner.zip/inner.zip/inner.zip/evil.exe");
    const auto deeper = list(nested(program, 6));
    CHECK(deeper.trouble == "archives within archives, more than 5 deep");
    CHECK(deeper.names.size() == 6);
    std::string packed = "text";
    for (int i = 0; i < 6; ++i)
        packed = gzip(packed);
    CHECK(list(packed).trouble == "archives within archives, more than 5 deep");
}

TEST_CASE("Entries of all levels together are bounded") {
    ArchiveLimits limits;
    limits.maxEntries = 20;
    Names names;
    for (int i = 0; i < 30; ++i)
        names.push_back(std::to_string(i) + ".txt");
    const auto many = list(bareZip(names), limits);
    CHECK(many.trouble == "more than 20 entries");
    CHECK(many.isArchive);
    CHECK(many.names.size() >= 20);
    std::vector<PackedFile> files;
    for (const auto& name : names)
        files.push_back({name, "x"});
    CHECK(list(pack("ustar", files), limits).trouble == "more than 20 entries");
    files.resize(12);
    const auto inner = pack("ustar", files);
    CHECK(list(pack("ustar", {{"a.tar", inner}, {"b.tar", inner}}), limits).trouble ==
          "more than 20 entries");
}

TEST_CASE("A million entries cost no more than the limit") {
    ArchiveLimits limits;
    limits.maxArchiveSize = 100 << 20;
    const auto listing = list(bareZip(Names(1'000'000, "a.txt")), limits);
    CHECK(listing.trouble == "more than 10000 entries");
    CHECK(listing.names == Names{"a.txt"});
}

TEST_CASE("Archives that unpack to more than allowed are given up") {
    ArchiveLimits limits;
    limits.maxUnpackedSize = 1 << 20;
    const std::string zeros(8 << 20, '\0');
    const auto single = list(gzip(zeros), limits);
    CHECK(single.trouble == "unpacks to more than 1048576 octets");
    CHECK(single.singleFile);
    // Plain content is not unpacked at all, an archive is.
    CHECK(list(zip({{"zeros.bin", zeros}}), limits).trouble == "");
    const auto inner = pack("ustar", {{"evil.exe", zeros}});
    CHECK(list(zip({{"inner.tar", inner}}), limits).trouble ==
          "inner archives unpack to more than 1048576 octets");
}

TEST_CASE("A bomb of archives that share their content stays within the limit") {
    // 42.zip in small: 16 archives of 16 archives each, a megabyte of zeros at the end.
    std::string level = zip({{"0.dll", std::string(1 << 20, '\0')}});
    for (int depth = 0; depth < 4; ++depth) {
        std::vector<PackedFile> files;
        for (int i = 0; i < 16; ++i)
            files.push_back({std::to_string(i) + ".zip", level});
        level = zip(files);
    }
    const auto listing = list(level);
    CHECK(listing.isArchive);
    CHECK(listing.trouble == "more than 10000 entries");
}

TEST_CASE("An archive above the size is not even looked at") {
    ArchiveLimits limits;
    limits.maxArchiveSize = 100;
    CHECK(list(zip({{"a.txt", std::string(100, 'x')}}), limits).trouble.find("more than 100") !=
          std::string::npos);
    CHECK_FALSE(list(std::string(200, 'x'), limits).isArchive);
}

TEST_CASE("An encrypted archive says so and shows its names") {
    auto bytes = bareZip({"evil.exe"});
    bytes[6] = 1; // flag 0 of the local header
    const auto listing = list(bytes);
    CHECK(listing.encrypted);
    CHECK(listing.names == Names{"evil.exe"});
}

TEST_CASE("Folders are no names") {
    CHECK(list(zip({{"evil.exe/", ""}, {"evil.exe/readme.txt", "x"}})).names == Names{"evil.exe/readme.txt"});
}

TEST_CASE("Nothing, compressed, is no trouble") {
    const auto listing = list(gzip(""));
    CHECK(listing.isArchive);
    CHECK(listing.singleFile);
    CHECK(listing.trouble == "");
}

TEST_CASE("A damaged archive is an archive with trouble") {
    auto bytes = pack("ustar", {{"a.txt", "x"}, {"b.txt", "y"}}, "gzip");
    bytes.resize(bytes.size() / 2);
    const auto listing = list(bytes);
    CHECK(listing.isArchive);
    CHECK(listing.trouble != "");
}
