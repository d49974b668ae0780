#include <edge/base/octet_words.h>
#include <edge/base/text.h>

#include <doctest/doctest.h>

#include <string>

using namespace edge;

TEST_CASE("Words say of every ASCII octet what the octet says of itself") {
    for (int c = 0; c < 0x80; ++c) {
        for (std::size_t place = 0; place < octets::kWord; ++place) {
            std::string text(octets::kWord, 'm');
            text[place] = static_cast<char>(c);
            const auto word = octets::load(text.data());
            const auto bit = std::uint64_t{0x80} << (8 * place);
            CAPTURE(c);
            CAPTURE(place);
            CHECK(octets::isAscii(word));
            for (const std::uint8_t limit : {0x01, 0x20, 0x21, 0x41, 0x5B, 0x7F}) {
                CHECK(((octets::below(word, limit) & bit) != 0) == (c < limit));
                CHECK(((octets::atLeast(word, limit) & bit) != 0) == (c >= limit));
            }
            std::string lowered(octets::kWord, '\0');
            octets::store(lowered.data(), octets::lower(word));
            CHECK(lowered == asciiLower(text));
        }
    }
}

TEST_CASE("One octet beyond ASCII makes a word no ASCII word") {
    for (std::size_t place = 0; place < octets::kWord; ++place) {
        std::string text(octets::kWord, 'm');
        text[place] = '\x80';
        CHECK(!octets::isAscii(octets::load(text.data())));
    }
}
