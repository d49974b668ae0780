#include <edge/base/guid.h>
#include <edge/base/random.h>

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

} // namespace
} // namespace edge
