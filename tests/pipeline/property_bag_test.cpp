#include <edge/mail/property_bag.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

TEST_CASE("A property is found by its name and its type") {
    PropertyBag bag;
    bag.set("count", 3);
    bag.set("name", std::string("value"));
    REQUIRE(bag.get<int>("count"));
    CHECK(*bag.get<int>("count") == 3);
    CHECK(*bag.get<std::string>("name") == "value");
    CHECK(bag.get<long>("count") == nullptr);
    CHECK(bag.get<int>("Count") == nullptr);
    CHECK(bag.get<int>("nothing") == nullptr);
}

TEST_CASE("Setting replaces, also by another type; removing removes") {
    PropertyBag bag;
    bag.set("x", 1);
    bag.set("x", true);
    CHECK(bag.get<int>("x") == nullptr);
    CHECK(*bag.get<bool>("x"));
    bag.remove("x");
    CHECK_FALSE(bag.contains("x"));
    bag.remove("x");
}

TEST_CASE("Merging keeps what is only here and takes what is there") {
    PropertyBag here, there;
    here.set("a", 1);
    here.set("b", 1);
    there.set("b", 2);
    there.set("c", 2);
    here.merge(there);
    CHECK(*here.get<int>("a") == 1);
    CHECK(*here.get<int>("b") == 2);
    CHECK(*here.get<int>("c") == 2);
    CHECK_FALSE(there.contains("a"));
}

} // namespace
} // namespace edge
