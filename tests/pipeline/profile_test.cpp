#include <edge/base/profile.h>

#include <doctest/doctest.h>

#include <string>

namespace edge {
namespace {

TEST_CASE("A profile is found by year, with or without Exchange or E before it, without case") {
    const std::pair<const char*, ProfileId> cases[] = {
        {"2007", ProfileId::E2007},         {"E2010", ProfileId::E2010}, {"exchange2013", ProfileId::E2013},
        {"Exchange2016", ProfileId::E2016}, {"2019", ProfileId::E2019},  {"se", ProfileId::SE},
        {"ExchangeSE", ProfileId::SE},
    };
    for (const auto& [name, id] : cases) {
        CAPTURE(std::string(name));
        const auto found = findProfile(name);
        REQUIRE(found.has_value());
        CHECK((*found == id));
    }
}

TEST_CASE("An unknown profile is refused with those there are") {
    for (const auto* name : {"", "E", "Exchange", "2003", "20199"}) {
        CAPTURE(std::string(name));
        const auto found = findProfile(name);
        REQUIRE(found.has_error());
        CHECK(found.error().message.find("2007, 2010, 2013, 2016, 2019, SE") != std::string::npos);
    }
}

TEST_CASE("Each profile is the row of its own name") {
    CHECK(profiles().size() == 6);
    for (const auto& row : profiles()) {
        CHECK(&profile(row.id) == &row);
        CHECK((findProfile(row.name).value() == row.id));
    }
    CHECK(profile(kDefaultProfile).name == "2019");
}

TEST_CASE("What came with 2013 came together") {
    for (const auto& row : profiles()) {
        CAPTURE(std::string(row.name));
        const bool since2013 = row.id >= ProfileId::E2013;
        CHECK(row.networkMessageId == since2013);
        CHECK(row.extendedEvents == since2013);
        CHECK(row.serviceNoun == since2013);
        CHECK(row.agentLogMaxAgeDays == (since2013 ? 7 : 30));
        CHECK(row.categorizedEvent == (row.id != ProfileId::E2007));
    }
}

} // namespace
} // namespace edge
