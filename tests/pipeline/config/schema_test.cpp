#include "kiosk.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

using namespace std::chrono_literals;

struct Trial {
    Kiosk kiosk;

    // The message of a refusal, or empty.
    std::string set(const char* parameter, CmdletValue value, ProfileId profile = ProfileId::E2019) {
        const auto done = kioskSchema().apply(&kiosk, parameter, value, profile);
        return done ? std::string() : done.error().message;
    }
    std::string shown(const char* parameter) {
        return kioskSchema().findParameter(parameter)->valueOf(&kiosk).toText();
    }
};

TEST_CASE("Every type of parameter takes its values, typed or as text") {
    struct Case {
        const char* parameter;
        CmdletValue value;
        const char* shown;
    };
    const Case cases[] = {
        {"Open", false, "False"},
        {"Open", 1, "True"},
        {"Seats", 7, "7"},
        {"Seats", "7", "7"},
        {"Queue", "Unlimited", "Unlimited"},
        {"Queue", Unlimited{}, "Unlimited"},
        {"Queue", 3, "3"},
        {"Pause", "00:00:30", "00:00:30"},
        {"Pause", Duration(30s), "00:00:30"},
        {"Size", "64KB", "64 KB (65,536 bytes)"},
        {"Size", 65536, "64 KB (65,536 bytes)"},
        {"Size", ByteQuantifiedSize{65536}, "64 KB (65,536 bytes)"},
        {"Cups", 12, "12"},
        {"Sign", "Tea", "Tea"},
        {"Sign", 5, "5"},
        {"Sign", CmdletValue(), ""},
        {"Host", "tea.contoso.com", "tea.contoso.com"},
        {"Owner", "kim@contoso.com", "kim@contoso.com"},
        {"Tea", "black", "Black"},
        {"Tea", "None", "None"},
        {"Toppings", "lemon, Milk", "Milk, Lemon"},
        {"Toppings", CmdletList{"Sugar", "Milk"}, "Milk, Sugar"},
        {"Toppings", "None", "None"},
        {"Toppings", CmdletValue(), "None"},
        {"Address", "192.0.2.1", "192.0.2.1"},
        {"Address", CmdletValue(), ""},
        {"Neighbours", "192.0.2.0/24", "{192.0.2.0-192.0.2.255}"},
        {"Neighbours", CmdletList{"192.0.2.1", "2001:db8::1"}, "{192.0.2.1, 2001:db8::1}"},
        {"Neighbours", CmdletValue(), "{}"},
        {"Doors", CmdletList{"0.0.0.0:25", "[::]:25"}, "{0.0.0.0:25, [::]:25}"},
        {"Banned", CmdletList{"b.example", "A.example", "B.example"}, "{A.example, b.example}"},
    };
    for (const auto& [parameter, value, shown] : cases) {
        CAPTURE(parameter);
        Trial trial;
        CHECK(trial.set(parameter, value) == "");
        CHECK(trial.shown(parameter) == shown);
    }
}

TEST_CASE("What does not fit is refused in words that say what would fit") {
    struct Case {
        const char* parameter;
        CmdletValue value;
        const char* message;
    };
    const Case cases[] = {
        {"Open", "yes", "-Open: \"yes\" does not fit; expected: $true or $false"},
        {"Open", 2, "-Open: \"2\" does not fit; expected: $true or $false"},
        {"Seats", 0, "-Seats: 0 is out of range; allowed: 1 to 50"},
        {"Seats", "many", "-Seats: \"many\" does not fit; expected: number 1 to 50"},
        {"Seats", CmdletValue(), "-Seats: $null does not fit; expected: number 1 to 50"},
        {"Queue", 101, "-Queue: 101 is out of range; allowed: 0 to 100"},
        {"Queue", CmdletValue(), "-Queue: $null does not fit; expected: number 0 to 100"},
        {"Pause", "01:00:00", "-Pause: 01:00:00 is out of range; allowed: 00:00:00 to 00:10:00"},
        {"Pause", "soon", "-Pause: \"soon\" is not a time span; write hh:mm:ss or d.hh:mm:ss"},
        {"Size", "1B", "-Size: 1 B is out of range; allowed: 1 KB to 1 GB"},
        {"Size", "big", "-Size: \"big\" is not a size; write for example 10MB, 64KB or a number of bytes"},
        {"Cups", "10KB", "-Cups: \"10KB\" does not fit; expected: number 0 to 1000"},
        {"Sign", "Frühstückstee", "-Sign: the text has 13 characters; at most 10 are allowed"},
        {"Sign", "Frühst", "-Sign: \"Frühst\" may contain printable ASCII characters only"},
        {"Host", "tea shop", "-Host: \"tea shop\" is not a host name such as mail.contoso.com"},
        {"Tea", "Grean", "-Tea: \"Grean\" is none of Green | Black | None; did you mean \"Green\"?"},
        {"Toppings", "Milk, Suger",
         "-Toppings: \"Suger\" is none of None | Milk | Sugar | Lemon; did you mean \"Sugar\"?"},
        {"Banned", CmdletList{"a.example", ""}, "-Banned: a list may not contain an empty element"},
        {"Banned", CmdletList{"a.b", "c.d", "e.f", "g.h"}, "-Banned: the list may have at most 3 elements"},
        {"Banned", CmdletTable{{"Ad", "a.example"}},
         "-Banned: a list takes @{Add=…; Remove=…}, not the key \"Ad\"; did you mean \"Add\"?"},
        {"Seets", 3, "Kiosk has no parameter \"Seets\"; did you mean \"Seats\"?"},
        {"SeatsAndCups", 3, "SeatsAndCups of Kiosk is read-only"},
        {"Vault", "x", "-Vault of Kiosk is not supported: comes with the vault"},
        {"Roof", "x", "-Roof of Kiosk is not supported: kiosks have none"},
    };
    for (const auto& [parameter, value, message] : cases) {
        Trial trial;
        CHECK(trial.set(parameter, value) == message);
    }
}

TEST_CASE("Addresses that are none are refused") {
    Trial trial;
    CHECK(trial.set("Owner", "kim at contoso") != "");
    CHECK(trial.set("Address", "300.1.1.1") != "");
    CHECK(trial.set("Neighbours", "10.0.0.9-10.0.0.1") != "");
    CHECK(trial.set("Doors", "25") != "");
}

TEST_CASE("A list is edited with Add and Remove, without case and without doubles") {
    Trial trial;
    REQUIRE(trial.set("Banned", CmdletList{"a.example", "b.example"}) == "");
    REQUIRE(trial.set("Banned", CmdletTable{{"Add", CmdletList{"c.example", "A.EXAMPLE"}},
                                            {"Remove", "B.example"}}) == "");
    CHECK(trial.shown("Banned") == "{a.example, c.example}");
    REQUIRE(trial.set("Banned", CmdletTable{{"Remove", "nobody.example"}}) == "");
    CHECK(trial.shown("Banned") == "{a.example, c.example}");
}

TEST_CASE("A refused value leaves the object as it was") {
    Trial trial;
    REQUIRE(trial.set("Banned", CmdletList{"a.example"}) == "");
    CHECK(trial.set("Banned", CmdletTable{{"Add", CmdletList{"b.example", "not a domain"}}}) != "");
    CHECK(trial.shown("Banned") == "{a.example}");
}

TEST_CASE("A parameter of a later version is refused by name and not shown") {
    Trial trial;
    CHECK(trial.set("Legacy", false, ProfileId::E2010) ==
          "-Legacy came with Exchange 2013; this server has profile 2010");
    Configuration configuration;
    configuration.profile = ProfileId::E2010;
    CHECK(kioskSchema().toObject(&trial.kiosk, configuration)->find("Legacy") == nullptr);
    configuration.profile = ProfileId::E2013;
    CHECK(kioskSchema().toObject(&trial.kiosk, configuration)->find("Legacy") != nullptr);
}

TEST_CASE("What comes later is not shown, what is computed is") {
    Trial trial;
    const auto object = kioskSchema().toObject(&trial.kiosk, Configuration());
    CHECK(object->find("Vault") == nullptr);
    REQUIRE(object->find("SeatsAndCups") != nullptr);
    CHECK(*object->find("SeatsAndCups") == CmdletValue(104));
    CHECK(object->typeName == "Kiosk");
}

TEST_CASE("The identity of an object is its name with the server in front") {
    const Stand stand{"Corner", 1, "", "", false};
    const Configuration configuration;
    CHECK(standSchema().fullIdentity(&stand, configuration) == "FAIR\\Corner");
    CHECK(standSchema().isIdentity(&stand, "corner", configuration));
    CHECK(standSchema().isIdentity(&stand, "fair\\CORNER", configuration));
    CHECK(!standSchema().isIdentity(&stand, "OTHER\\Corner", configuration));
    CHECK(*standSchema().toObject(&stand, configuration)->find("Identity") == CmdletValue("FAIR\\Corner"));
}

TEST_CASE("Every row says its type, its words and its source") {
    CHECK(kioskSchema().findParameter("Queue")->typeText == "Unlimited or number 0 to 100");
    CHECK(kioskSchema().findParameter("Tea")->words == std::vector<std::string>{"Green", "Black", "None"});
    CHECK(kioskSchema().findParameter("open")->words == std::vector<std::string>{"$true", "$false"});
    CHECK(kioskSchema().findParameter("Tea")->source == "test, documented");
    CHECK(kioskSchema().findParameter("Doors")->isList);
    CHECK(!kioskSchema().findParameter("Toppings")->isList);
}

} // namespace
} // namespace edge
