#include <edge/config/suggestion.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

const std::vector<std::string> kWords{"BlockedSenders", "BlockedDomains", "BlankSenderBlockingEnabled",
                                      "Action", "Enabled"};

TEST_CASE("The nearest word is found for slips of the finger") {
    CHECK(nearestWord("BlockedSender", kWords) == "BlockedSenders");
    CHECK(nearestWord("blokcedsenders", kWords) == "BlockedSenders");
    CHECK(nearestWord("Enbaled", kWords) == "Enabled");
    CHECK(nearestWord("Acton", kWords) == "Action");
}

TEST_CASE("Half a word finds the whole one") {
    CHECK(nearestWord("BlankSender", kWords) == "BlankSenderBlockingEnabled");
    CHECK(nearestWord("Domains", kWords) == "BlockedDomains");
}

TEST_CASE("What is near nothing gets no suggestion") {
    CHECK(nearestWord("Zebra", kWords).empty());
    CHECK(nearestWord("", kWords).empty());
    CHECK(nearestWord(std::string(1000, 'a'), kWords).empty());
    CHECK(didYouMean("Zebra", kWords).empty());
    CHECK(didYouMean("Acton", kWords) == "; did you mean \"Action\"?");
}

} // namespace
} // namespace edge
