#include <edge/server/recipients/recipient_store.h>

#include <doctest/doctest.h>

using namespace edge;

namespace {

AddressBookEntry entry(std::string_view address) {
    AddressBookEntry made;
    made.primarySmtpAddress = *RoutingAddress::parse(address);
    return made;
}

} // namespace

TEST_CASE("Recipients are found without regard to case, added once, removed once") {
    RecipientStore store;
    REQUIRE(store.add(entry("Mary@adventureworks.com")).has_value());
    CHECK(store.lookUp(*RoutingAddress::parse("mary@ADVENTUREWORKS.com")).has_value());
    CHECK((store.add(entry("mary@adventureworks.com")).error().code == Errc::AlreadyExists));
    CHECK(*store.addAll({entry("bob@adventureworks.com"), entry("mary@adventureworks.com")}) == 1);
    CHECK(store.list().front().primarySmtpAddress.toString() == "bob@adventureworks.com");
    REQUIRE(store.remove(*RoutingAddress::parse("MARY@adventureworks.com")).has_value());
    CHECK((store.remove(*RoutingAddress::parse("mary@adventureworks.com")).error().code == Errc::NotFound));
    CHECK(store.size() == 1);
}

TEST_CASE("Recipient lists are plain addresses or CSV with a heading") {
    const auto plain = parseRecipientList("# staff\r\nmary@adventureworks.com\r\n\r\nbob@adventureworks.com");
    REQUIRE(plain.has_value());
    CHECK(plain->size() == 2);
    const auto csv =
        parseRecipientList("\"DisplayName\",\"PrimarySmtpAddress\"\nMary,\"mary@adventureworks.com\"\n");
    REQUIRE(csv.has_value());
    CHECK(csv->front().displayName == "Mary");
    const auto wrong = parseRecipientList("mary@adventureworks.com\nnobody at all\n");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().message.starts_with("line 2:"));
}
