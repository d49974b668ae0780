#include <edge/base/guid.h>
#include <edge/base/random.h>
#include <edge/base/text.h>

#include <doctest/doctest.h>

namespace edge {
namespace {

class Fixed final : public Random {
public:
    explicit Fixed(std::uint64_t bits)
        : bits_(bits) {}
    std::uint64_t next() override { return bits_; }

private:
    std::uint64_t bits_;
};

TEST_CASE("A made GUID is version 4, lower case, 8-4-4-4-12 (RFC 4122 4.4)") {
    Fixed ones(~0ULL), zeros(0), pattern(0x0123456789ABCDEFULL);
    CHECK(Guid::make(ones).toString() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
    CHECK(Guid::make(zeros).toString() == "00000000-0000-4000-8000-000000000000");
    CHECK(Guid::make(pattern).toString() == "efcdab89-6745-4301-afcd-ab8967452301");
}

TEST_CASE("Only the zero GUID is none") {
    Fixed zeros(0);
    CHECK(Guid{}.isEmpty());
    CHECK_FALSE(Guid::make(zeros).isEmpty());
    CHECK((Guid::make(zeros) == Guid::make(zeros)));
    CHECK((Guid{} != Guid::make(zeros)));
}

TEST_CASE("A GUID of a name is version 5 and always the same (RFC 4122 4.3)") {
    const auto text = Guid::ofName("a").toString();
    CHECK(text == Guid::ofName("a").toString());
    CHECK(text != Guid::ofName("b").toString());
    CHECK(text[14] == '5');
}

TEST_CASE("A GUID is read as it is printed, in braces and in upper case") {
    const auto guid = Guid::ofName("a");
    const auto text = guid.toString();
    CHECK((Guid::parse(text) == guid));
    CHECK((Guid::parse("{" + text + "}") == guid));
    CHECK((Guid::parse(asciiUpper(text)) == guid));
    for (const auto& wrong :
         {text.substr(1), text + "0", "{" + text, "x" + text.substr(1), replaceAll(text, "-", "0")})
        CHECK_FALSE(Guid::parse(wrong).has_value());
}

} // namespace
} // namespace edge
