#include <edge/base/result.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0)
        return Error{Errc::InvalidArgument, "odd"};
    return number / 2;
}

TEST_CASE("A result is a value or an error that says why") {
    CHECK(half(4).value() == 2);
    CHECK(half(3).has_error());
    CHECK((half(3).error() == Error{Errc::InvalidArgument, "odd"}));
}

TEST_CASE("An error code is not a value of an integer result") {
    CHECK(Result<int>(3).has_value());
    CHECK_FALSE((std::is_convertible_v<int, Error>));
}

TEST_CASE("Asking a failure for its value throws the sentence") {
    CHECK_THROWS_WITH_AS(static_cast<void>(half(3).value()), "odd", std::runtime_error);
}

} // namespace
} // namespace edge
