#include "kiosk.h"
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

namespace edge {
namespace {

Outcome set(ConfigurationStore& store, const NounSchema& schema, const char* identity,
            std::vector<Assignment> assignments) {
    return update(store, [&](ConfigurationDraft& draft) { return draft.set(schema, identity, assignments); });
}

Outcome create(ConfigurationStore& store, std::vector<Assignment> assignments) {
    return update(store, [&](ConfigurationDraft& draft) { return draft.create(standSchema(), assignments); });
}

const Stand* stand(const ConfigurationStore& store, std::string_view name) {
    for (const auto& each : store.current()->all<Stand>())
        if (each->name == name)
            return each.get();
    return nullptr;
}

TEST_CASE("A fresh store has the defaults of its profile and the objects of a fresh server") {
    const ConfigurationStore newer(fairNouns());
    CHECK(newer.current()->get<Kiosk>().seats == 4);
    REQUIRE(newer.current()->all<Stand>().size() == 1);
    const ConfigurationStore older(fairNouns(), ProfileId::E2007);
    CHECK(older.current()->get<Kiosk>().seats == 2);
    CHECK(older.current()->all<Stand>().front()->price == 7);
}

TEST_CASE("A change makes a new snapshot; who holds the old one keeps it") {
    ConfigurationStore store(fairNouns());
    const auto before = store.current();
    REQUIRE(set(store, kioskSchema(), "", {{"Seats", 9}}));
    CHECK(before->get<Kiosk>().seats == 4);
    CHECK(store.current()->get<Kiosk>().seats == 9);
}

TEST_CASE("A change fails as a whole") {
    ConfigurationStore store(fairNouns());
    const auto before = store.current();
    std::size_t failed = 99;
    const std::vector<Assignment> assignments{{"Seats", 9}, {"Tea", "Coffee"}};
    const auto done = update(
        store, [&](ConfigurationDraft& draft) { return draft.set(kioskSchema(), "", assignments, &failed); });
    CHECK(!done);
    CHECK(failed == 1);
    CHECK(store.current() == before);
}

TEST_CASE("The rules between parameters are checked after all of them are set") {
    ConfigurationStore store(fairNouns());
    const auto refused = set(store, kioskSchema(), "", {{"Cups", 0}});
    REQUIRE(!refused);
    CHECK(refused.message == "an open kiosk needs cups");
    CHECK(set(store, kioskSchema(), "", {{"Cups", 0}, {"Open", false}}));
}

TEST_CASE("Objects of a list are made, found, renamed and removed") {
    ConfigurationStore store(fairNouns());
    REQUIRE(create(store, {{"Name", "Left"}, {"Price", 3}}));
    const auto twice = create(store, {{"Name", "LEFT"}});
    REQUIRE(!twice);
    CHECK(twice.code == Errc::AlreadyExists);
    CHECK(!create(store, {{"Price", 3}}));
    REQUIRE(set(store, standSchema(), "FAIR\\left", {{"Name", "Right"}}));
    CHECK(stand(store, "Left") == nullptr);
    REQUIRE(stand(store, "Right") != nullptr);
    CHECK(stand(store, "Right")->price == 3);
    const auto missing = set(store, standSchema(), "Rigth", {{"Price", 4}});
    REQUIRE(!missing);
    CHECK(missing.message == "there is no Stand \"Rigth\"; did you mean \"Right\"?");
    CHECK(update(store, [](ConfigurationDraft& draft) { return draft.remove(standSchema(), "right"); }));
    CHECK(stand(store, "Right") == nullptr);
}

TEST_CASE("What may not be removed stays") {
    ConfigurationStore store(fairNouns());
    REQUIRE(set(store, standSchema(), "Corner", {{"Loud", true}}));
    CHECK(!update(store, [](ConfigurationDraft& draft) { return draft.remove(standSchema(), "Corner"); }));
    CHECK(stand(store, "Corner") != nullptr);
}

TEST_CASE("Parameters of New- and of Set- are not mixed up") {
    ConfigurationStore store(fairNouns());
    CHECK(create(store, {{"Name", "A"}, {"Place", "North"}}));
    CHECK(!create(store, {{"Name", "B"}, {"Note", "x"}}));
    CHECK(!set(store, standSchema(), "A", {{"Place", "South"}}));
    CHECK(set(store, standSchema(), "A", {{"Note", "x"}}));
}

TEST_CASE("A change of profile resets what nobody set, and only that") {
    ConfigurationStore store(fairNouns());
    REQUIRE(set(store, kioskSchema(), "", {{"Cups", 50}}));
    REQUIRE(create(store, {{"Name", "Cheap"}, {"Price", 1}}));
    REQUIRE(create(store, {{"Name", "Plain"}}));
    const auto change = [&](ProfileId profile) {
        return update(store, [&](ConfigurationDraft& draft) -> Result<> {
            draft.setProfile(profile);
            return {};
        });
    };
    REQUIRE(change(ProfileId::E2007));
    CHECK(store.current()->profile == ProfileId::E2007);
    CHECK(store.current()->get<Kiosk>().seats == 2);
    CHECK(store.current()->get<Kiosk>().cups == 50);
    CHECK(stand(store, "Cheap")->price == 1);
    CHECK(stand(store, "Plain")->price == 7);
    CHECK(stand(store, "Corner")->price == 7);
    REQUIRE(change(ProfileId::E2019));
    CHECK(store.current()->get<Kiosk>().seats == 4);
    CHECK(stand(store, "Plain")->price == 1);
}

TEST_CASE("A parameter that is reset follows the profile again") {
    ConfigurationStore store(fairNouns());
    REQUIRE(set(store, kioskSchema(), "", {{"Seats", 9}}));
    const std::vector<std::string> names{"Seats"};
    REQUIRE(update(store, [&](ConfigurationDraft& draft) { return draft.reset(kioskSchema(), "", names); }));
    CHECK(store.current()->get<Kiosk>().seats == 4);
    REQUIRE(update(store, [](ConfigurationDraft& draft) -> Result<> {
        draft.setProfile(ProfileId::E2007);
        return {};
    }));
    CHECK(store.current()->get<Kiosk>().seats == 2);
}

TEST_CASE("Listeners hear of each change until their token is gone") {
    ConfigurationStore store(fairNouns());
    std::vector<int> heard;
    auto token =
        store.subscribe([&](const ConfigurationPtr& now) { heard.push_back(now->get<Kiosk>().seats); });
    REQUIRE(set(store, kioskSchema(), "", {{"Seats", 9}}));
    CHECK(!set(store, kioskSchema(), "", {{"Seats", 99}}));
    token.reset();
    REQUIRE(set(store, kioskSchema(), "", {{"Seats", 10}}));
    CHECK(heard == std::vector{9});
}

TEST_CASE("A scratch copy changes alone") {
    ConfigurationStore store(fairNouns());
    int heard = 0;
    const auto token = store.subscribe([&](const ConfigurationPtr&) { ++heard; });
    ConfigurationStore scratch(store);
    REQUIRE(set(scratch, kioskSchema(), "", {{"Seats", 9}}));
    CHECK(store.current()->get<Kiosk>().seats == 4);
    CHECK(heard == 0);
}

TEST_CASE("Changes from several threads are all made, one after the other") {
    ConfigurationStore store(fairNouns());
    constexpr int kEach = 100;
    std::atomic<int> failures = 0;
    const auto work = [&](const std::string& prefix) {
        for (int i = 0; i < kEach; ++i) {
            if (!create(store, {{"Name", prefix + std::to_string(i)}}))
                ++failures;
            static_cast<void>(store.current()->all<Stand>().size());
        }
    };
    std::thread other([&] { work("a"); });
    work("b");
    other.join();
    CHECK(failures == 0);
    CHECK(store.current()->all<Stand>().size() == 2 * kEach + 1);
}

} // namespace
} // namespace edge
