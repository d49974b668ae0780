#include <edge/testenv/explain/message_edit.h>

#include <doctest/doctest.h>

using namespace edge::testenv;

namespace {

constexpr const char* kMessage = "A: 1\r\nB: 2\r\n 3\r\nC: 4\r\n\r\nbody B: 2\r\n";
constexpr const char* kMixed =
    "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\n\r\ntext\r\n--b\r\n"
    "Content-Disposition: attachment; filename=setup.exe\r\n\r\nMZ\r\n--b--\r\n";

} // namespace

TEST_CASE("A field goes with its folded lines, the rest stays octet for octet") {
    CHECK(fieldsOf(kMessage).size() == 3);
    CHECK(withoutField(kMessage, 1) == "A: 1\r\nC: 4\r\n\r\nbody B: 2\r\n");
    CHECK(withoutField("\r\nbody\r\n", 0) == "\r\nbody\r\n");
}

TEST_CASE("Words go wherever they stand, in any case") {
    CHECK(withoutWords("Subject: Buy NOW\r\n\r\nbuy now, buy\r\n", "buy now") ==
          "Subject: \r\n\r\n, buy\r\n");
    CHECK_FALSE(withoutWords("Subject: x\r\n\r\n", "buy now"));
    CHECK_FALSE(withoutWords("Subject: x\r\n\r\n", ""));
}

TEST_CASE("An attachment is found by its name and can be left out") {
    const auto parts = attachmentsOf(kMixed);
    REQUIRE(parts.size() == 1);
    CHECK(parts[0].name == "setup.exe");
    const auto changed = withoutPart(kMixed, parts[0].index);
    REQUIRE(changed.has_value());
    CHECK(changed->find("setup.exe") == std::string::npos);
    CHECK(changed->find("\r\ntext\r\n") != std::string::npos);
    CHECK_FALSE(withoutPart(kMixed, 99));
}

TEST_CASE("A message without attachments has none") {
    CHECK(attachmentsOf("Subject: x\r\n\r\ntext\r\n").empty());
}
