#include <edge/server/session/header_reader.h>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using edge::HeaderReader;

namespace {

constexpr std::uint64_t kLimit = 1000;

// Feeds `message` in pieces of `step` octets; returns header and body.
std::pair<std::string, std::string> readInPieces(const std::string& message, std::size_t step) {
    HeaderReader reader(kLimit);
    std::string body;
    for (std::size_t at = 0; at < message.size(); at += step) {
        const auto piece = std::string_view(message).substr(at, step);
        const auto taken = reader.complete() ? 0 : reader.take(piece);
        body += piece.substr(taken);
    }
    return {reader.block(), body};
}

} // namespace

TEST_CASE("The header ends at the first blank line, however the octets arrive") {
    const std::string header = "From: a@example.com\r\nSubject: x\r\n y\r\n";
    const std::string body = "\r\nSecond: line\r\n\r\n";
    for (std::size_t step = 1; step < 60; ++step) {
        const auto [readHeader, readBody] = readInPieces(header + "\r\n" + body, step);
        CHECK(readHeader == header);
        CHECK(readBody == body);
    }
}

TEST_CASE("A message that begins with the blank line has no header") {
    const auto [header, body] = readInPieces("\r\nbody\r\n", 1);
    CHECK(header.empty());
    CHECK(body == "body\r\n");
}

TEST_CASE("A bare line feed pair does not end the header") {
    HeaderReader reader(kLimit);
    reader.take("Subject: x\n\nstill header\r\n");
    CHECK_FALSE(reader.complete());
}

TEST_CASE("A header above the limit is given up, not stored") {
    HeaderReader reader(10);
    CHECK(reader.take("Subject: a long one\r\n") == 21);
    CHECK(reader.complete());
    CHECK(reader.tooLarge());
    CHECK(reader.block().empty());
}

TEST_CASE("A header of just the limit is taken") {
    HeaderReader reader(12);
    reader.take("Subject: x\r\n\r\nbody that is much longer than the limit");
    CHECK(reader.complete());
    CHECK_FALSE(reader.tooLarge());
    CHECK(reader.block() == "Subject: x\r\n");
}
