#include <edge/mail/spool.h>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

namespace edge {
namespace {

// A volume of unnamed files with room for `capacity` octets in all, and nothing else.
class TinyVolume final : public FileSystem {
public:
    std::uint64_t capacity = 1 << 20;
    std::uint64_t used = 0;
    int opened = 0;
    int alive = 0;
    std::size_t lostOctets = 0; // what reading falls short by

    Result<std::unique_ptr<File>> openUnnamed(const std::string&) override {
        ++opened;
        return std::make_unique<MemoryFile>(*this);
    }
    Result<std::unique_ptr<File>> open(const std::string&, OpenMode) override { return none(); }
    Result<FileStatus> status(const std::string&) override { return none(); }
    Result<std::vector<std::string>> list(const std::string&) override { return none(); }
    Result<> createDirectories(const std::string&) override { return none(); }
    Result<> rename(const std::string&, const std::string&) override { return none(); }
    Result<> remove(const std::string&) override { return none(); }
    Result<> syncDirectory(const std::string&) override { return none(); }
    Result<> syncVolume(const std::string&) override { return none(); }
    Result<SpaceStatus> space(const std::string&) override { return none(); }
    std::string bootId() override { return "boot"; }
    Result<std::shared_ptr<void>> lock(const std::string&) override { return none(); }

private:
    static Error none() { return {Errc::Unsupported, "not on this volume"}; }

    class MemoryFile final : public File {
    public:
        explicit MemoryFile(TinyVolume& volume)
            : volume_(volume) {
            ++volume_.alive;
        }
        ~MemoryFile() override { --volume_.alive; }
        Result<std::size_t> readAt(std::uint64_t offset, std::span<char> into) override {
            const auto end = bytes_.size() - std::min(volume_.lostOctets, bytes_.size());
            if (offset >= end)
                return std::size_t{0};
            const auto count = std::min<std::size_t>(into.size(), end - offset);
            std::memcpy(into.data(), bytes_.data() + offset, count);
            return count;
        }
        Result<> writeAt(std::uint64_t offset, std::string_view bytes) override {
            if (volume_.used + bytes.size() > volume_.capacity)
                return Error{Errc::NoSpace, "the volume is full"};
            volume_.used += bytes.size();
            bytes_.resize(std::max<std::size_t>(bytes_.size(), offset + bytes.size()));
            bytes_.replace(offset, bytes.size(), bytes);
            return {};
        }
        Result<> truncate(std::uint64_t size) override {
            bytes_.resize(size);
            return {};
        }
        Result<std::uint64_t> size() override { return bytes_.size(); }
        Result<> sync() override { return {}; }

    private:
        TinyVolume& volume_;
        std::string bytes_;
    };
};

constexpr std::size_t kLarge = 1 << 20;

TEST_CASE("Small content stays in memory and touches no disk") {
    TinyVolume volume;
    Spool spool({&volume, "/queue", 10});
    REQUIRE(spool.append("12345").has_value());
    REQUIRE(spool.append("67890").has_value());
    CHECK(spool.isInMemory());
    CHECK(spool.inMemory() == "1234567890");
    CHECK(volume.opened == 0);
}

TEST_CASE("Content beyond the limit moves to one unnamed file and reads the same") {
    TinyVolume volume;
    std::string expected;
    {
        Spool spool({&volume, "/queue", 10});
        for (int i = 0; i < 30000; ++i) {
            const auto piece = std::to_string(i) + "\r\n";
            expected += piece;
            REQUIRE(spool.append(piece).has_value());
        }
        CHECK_FALSE(spool.isInMemory());
        CHECK(spool.inMemory().empty());
        CHECK(spool.size() == expected.size());
        CHECK((spool.readAll(kLarge).value() == expected));
        CHECK((spool.readAll(kLarge).value() == expected)); // as often as wanted
        CHECK(volume.opened == 1);
        CHECK(volume.alive == 1);
    }
    CHECK(volume.alive == 0);
}

TEST_CASE("Without a file system everything stays in memory") {
    Spool spool;
    REQUIRE(spool.append(std::string(200000, 'x')).has_value());
    CHECK(spool.isInMemory());
    CHECK(spool.size() == 200000);
}

TEST_CASE("Any stretch can be read, in memory and in a file") {
    for (const std::size_t limit : {std::size_t{1}, std::size_t{100}}) {
        TinyVolume volume;
        Spool spool({&volume, "/queue", limit});
        REQUIRE(spool.append("0123456789").has_value());
        char buffer[4];
        CHECK(spool.readAt(0, buffer).value() == 4);
        CHECK(std::string(buffer, 4) == "0123");
        CHECK(spool.readAt(8, buffer).value() == 2);
        CHECK(std::string(buffer, 2) == "89");
        CHECK(spool.readAt(10, buffer).value() == 0);
        CHECK(spool.readAt(99, buffer).value() == 0);
    }
}

TEST_CASE("A full volume is an error, whether moving or growing") {
    TinyVolume volume;
    volume.capacity = 15;
    Spool moving({&volume, "/queue", 20});
    REQUIRE(moving.append(std::string(20, 'a')).has_value());
    CHECK((moving.append("b").error().code == Errc::NoSpace));
    Spool growing({&volume, "/queue", 1});
    REQUIRE(growing.append("0123456789").has_value());
    CHECK((growing.append("0123456789").error().code == Errc::NoSpace));
}

TEST_CASE("A spool file that lost its end is an I/O error, not a short message") {
    TinyVolume volume;
    Spool spool({&volume, "/queue", 1});
    REQUIRE(spool.append("0123456789").has_value());
    volume.lostOctets = 3;
    CHECK((spool.readAll(kLarge).error().code == Errc::Io));
}

TEST_CASE("readAll refuses what is larger than the caller can bear") {
    Spool spool;
    REQUIRE(spool.append("12345").has_value());
    CHECK((spool.readAll(4).error().code == Errc::LimitExceeded));
    CHECK(spool.readAll(5).value() == "12345");
}

TEST_CASE("Empty content has no chunks") {
    Spool spool;
    int chunks = 0;
    const auto count = [&chunks](std::string_view) -> Result<> {
        ++chunks;
        return {};
    };
    CHECK(spool.forEachChunk(count).has_value());
    CHECK(chunks == 0);
    CHECK(spool.readAll(0).value().empty());
}

} // namespace
} // namespace edge
