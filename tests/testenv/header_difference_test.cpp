#include <edge/testenv/header_difference.h>

#include <doctest/doctest.h>

using namespace edge;
using namespace edge::testenv;

namespace {

using Differences = std::vector<HeaderDifference>;

Differences between(std::string_view before, std::string_view after) {
    return headerDifferences(HeaderList::parse(before), HeaderList::parse(after));
}

} // namespace

TEST_CASE("Equal headers differ in nothing") {
    CHECK(between("A: 1\r\nB: 2\r\n", "A: 1\r\nB: 2\r\n").empty());
}

TEST_CASE("A field that came, went or changed is told with its values") {
    CHECK(between("A: 1\r\n", "New: x\r\nA: 1\r\n") == Differences{{"New", std::nullopt, "x"}});
    CHECK(between("A: 1\r\nOld: x\r\n", "A: 1\r\n") == Differences{{"Old", "x", std::nullopt}});
    CHECK(between("A: 1\r\nS: x\r\nB: 2\r\n", "A: 1\r\nS: y\r\nB: 2\r\n") == Differences{{"S", "x", "y"}});
}

TEST_CASE("The second of two fields with one name is told apart from the first") {
    CHECK(between("R: a\r\nR: b\r\n", "R: c\r\nR: a\r\nR: b\r\n") == Differences{{"R", std::nullopt, "c"}});
    CHECK(between("R: a\r\nR: b\r\nR: c\r\n", "R: a\r\nR: c\r\n") == Differences{{"R", "b", std::nullopt}});
}

TEST_CASE("Changes at several places are told in the order of the header") {
    CHECK(between("A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n", "A: 0\r\nB: 2\r\nD: 4\r\nE: 5\r\n") ==
          Differences{{"A", "1", "0"}, {"C", "3", std::nullopt}, {"E", std::nullopt, "5"}});
}

TEST_CASE("A field that was only folded anew is told raw") {
    CHECK(between("S: a b\r\n", "S: a\r\n b\r\n") == Differences{{"S", " a b", " a\r\n b"}});
}

TEST_CASE("A line that is no field has no name") {
    CHECK(between("A: 1\r\nnonsense\r\n", "A: 1\r\n") == Differences{{"", "nonsense", std::nullopt}});
}

TEST_CASE("Headers of more fields than are compared are told as gone and come") {
    std::string before;
    std::string after;
    for (int i = 0; i < 1200; ++i) {
        before += "A: " + std::to_string(i) + "\r\n";
        after += "B: " + std::to_string(i) + "\r\n";
    }
    CHECK(between(before, after).size() == 2400);
}

TEST_CASE("A change is a line that goes and a line that comes") {
    CHECK(differenceLines({"S", "x", "y"}) == std::vector<std::string>{"- S: x", "+ S: y"});
    CHECK(differenceLines({"", "nonsense", std::nullopt}) == std::vector<std::string>{"- nonsense"});
}
