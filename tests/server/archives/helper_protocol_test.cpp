#include <edge/server/archives/helper_protocol.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace std::string_literals;

namespace {

ArchiveListing sample() {
    ArchiveListing listing;
    listing.isArchive = true;
    listing.format = "TAR in GZIP";
    listing.names = {"a/b.exe", "nul\0inside.txt"s, ""};
    listing.singleFile = true;
    listing.encrypted = true;
    listing.trouble = "damaged";
    return listing;
}

} // namespace

TEST_CASE("A listing survives the way") {
    const auto original = sample();
    const auto copy = decodeListing(encodeListing(original));
    REQUIRE(copy.has_value());
    CHECK(copy->isArchive);
    CHECK(copy->format == original.format);
    CHECK(copy->names == original.names);
    CHECK(copy->singleFile);
    CHECK(copy->encrypted);
    CHECK(copy->trouble == original.trouble);
    CHECK_FALSE(decodeListing(encodeListing({}))->isArchive);
}

TEST_CASE("An answer cut anywhere inside a field is refused") {
    const auto bytes = encodeListing(sample());
    // Behind the last name and between names a cut is an answer with fewer names.
    std::size_t whole = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size)
        if (decodeListing(std::string_view(bytes).substr(0, size)))
            ++whole;
    CHECK(whole == 3);
}

TEST_CASE("An answer of other flags or longer fields than it has is refused") {
    auto bytes = encodeListing(sample());
    bytes[0] = '\x40';
    CHECK(decodeListing(bytes).error().code == Errc::Malformed);
    bytes = encodeListing(sample());
    bytes[4] = '\x7F';
    CHECK(decodeListing(bytes).error().code == Errc::Malformed);
}

TEST_CASE("More names than an answer holds are left out, and it says so") {
    ArchiveListing many;
    many.isArchive = true;
    many.names.assign(10'000, std::string(4096, 'x'));
    const auto bytes = encodeListing(many);
    CHECK(bytes.size() <= kMaxAnswer);
    const auto copy = decodeListing(bytes);
    REQUIRE(copy.has_value());
    CHECK(copy->names.size() > 8000);
    CHECK(copy->trouble == "more octets of names than fit");
}
