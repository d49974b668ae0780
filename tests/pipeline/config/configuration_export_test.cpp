#include "kiosk.h"
#include <doctest/doctest.h>

namespace edge {
namespace {

std::string exported(const ConfigurationStore& store) {
    return exportScript(store.nouns(), *store.current());
}

TEST_CASE("A fresh server exports nothing") {
    CHECK(exported(ConfigurationStore(fairNouns())) == "");
}

TEST_CASE("Another profile is the first line") {
    CHECK(exported(ConfigurationStore(fairNouns(), ProfileId::E2010)) == "Set-EdgeSimProfile 2010\n");
}

TEST_CASE("What was set is exported, removals first, objects that are there before new ones") {
    ConfigurationStore store(fairNouns());
    REQUIRE(update(store, [](ConfigurationDraft& draft) -> Result<> {
        const std::vector<Assignment> kiosk{{"Sign", "it's"},
                                            {"Neighbours", CmdletList{"192.0.2.1", "192.0.2.9"}},
                                            {"Queue", Unlimited{}},
                                            {"Banned", "a.example"},
                                            {"Seats", 4}};
        if (auto done = draft.set(kioskSchema(), "", kiosk); !done)
            return done;
        if (auto done = draft.create(standSchema(), std::vector<Assignment>{{"Name", "New"}, {"Price", 5}});
            !done)
            return done;
        const std::vector<Assignment> note{{"Note", "x"}, {"Loud", true}};
        if (auto done = draft.set(standSchema(), "New", note); !done)
            return done;
        return draft.set(standSchema(), "Corner", std::vector<Assignment>{{"Price", 2}});
    }));
    CHECK(exported(store) == "Set-Kiosk -Seats 4 -Queue Unlimited -Sign 'it''s' -Neighbours "
                             "'192.0.2.1','192.0.2.9' -Banned 'a.example'\n"
                             "Set-Stand -Identity 'Corner' -Price 2\n"
                             "New-Stand -Name 'New' -Price 5\n"
                             "Set-Stand -Identity 'New' -Note 'x'\n"
                             "Set-EdgeSimStand -Identity 'New' -Loud $true\n");
    REQUIRE(update(store, [](ConfigurationDraft& draft) { return draft.remove(standSchema(), "Corner"); }));
    CHECK(exported(store).find("Remove-Stand -Identity 'Corner' -Confirm:$false\nNew-Stand") !=
          std::string::npos);
}

TEST_CASE("Entries that are added are exported with Add-, and never with Set-") {
    ConfigurationStore store({&posterSchema()});
    REQUIRE(update(store, [](ConfigurationDraft& draft) {
        return draft.create(posterSchema(), std::vector<Assignment>{{"Wall", "north"}, {"Praised", "Black"}});
    }));
    CHECK(exported(store) == "Add-Poster -Wall 'north' -Praised 'Black'\n");
    const auto changed = update(store, [](ConfigurationDraft& draft) {
        return draft.set(posterSchema(), "Black:north", std::vector<Assignment>{{"Praised", "Green"}});
    });
    CHECK(changed.message == "-Praised is given once, to Add-Poster; it cannot be changed");
    REQUIRE(
        update(store, [](ConfigurationDraft& draft) { return draft.remove(posterSchema(), "black:NORTH"); }));
    CHECK(exported(store) == "");
}

TEST_CASE("Two entries with the same identity cannot be") {
    ConfigurationStore store({&posterSchema()});
    const auto add = [&](const char* wall) {
        return update(store, [&](ConfigurationDraft& draft) {
            return draft.create(posterSchema(),
                                std::vector<Assignment>{{"Wall", wall}, {"Praised", "Black"}});
        });
    };
    CHECK(add("north"));
    CHECK(add("North").message == "Poster \"Black:North\" exists already");
    CHECK(add("south"));
}

TEST_CASE("A renamed object of a fresh server is exported as a new one with all its deviations") {
    ConfigurationStore store(fairNouns());
    REQUIRE(update(store, [](ConfigurationDraft& draft) {
        return draft.set(standSchema(), "Corner", std::vector<Assignment>{{"Name", "Edge"}, {"Price", 2}});
    }));
    CHECK(exported(store) ==
          "Remove-Stand -Identity 'Corner' -Confirm:$false\nNew-Stand -Name 'Edge' -Price 2\n");
}

TEST_CASE("A parameter that the profile does not have is not exported") {
    ConfigurationStore store(fairNouns());
    REQUIRE(update(store, [](ConfigurationDraft& draft) -> Result<> {
        if (auto done = draft.set(kioskSchema(), "", std::vector<Assignment>{{"Legacy", false}}); !done)
            return done;
        draft.setProfile(ProfileId::E2007);
        return {};
    }));
    CHECK(exported(store) == "Set-EdgeSimProfile 2007\n");
}

} // namespace
} // namespace edge
