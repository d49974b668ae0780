#include <edge/base/time_text.h>
#include <edge/testenv/explain/explain_request.h>

#include <doctest/doctest.h>

#include <deque>

using namespace edge;
using namespace edge::testenv;

namespace {

ExplainInputs complete() {
    ExplainInputs inputs;
    inputs.message = "x.eml";
    inputs.ip = "203.0.113.9";
    inputs.helo = "mail.fabrikam.com";
    inputs.from = "<ann@fabrikam.com>";
    inputs.to = {"mary@adventureworks.com"};
    return inputs;
}

std::string moment(std::string_view text) {
    const auto parsed = parseMoment(text);
    return parsed ? isoTime(*parsed) : "wrong";
}

} // namespace

TEST_CASE("All that is missing is told at once") {
    ExplainRequest request;
    ExplainInputs inputs;
    inputs.helo = "mail.fabrikam.com";
    const auto taken = takeInputs(inputs, request);
    REQUIRE_FALSE(taken.has_value());
    const auto& text = taken.error().message;
    for (const auto* option : {"MESSAGE", "--ip", "--from", "--to"})
        CHECK_MESSAGE(text.find(option) != std::string::npos, text);
    CHECK(text.find("--helo") == std::string::npos);
}

TEST_CASE("Complete inputs become a request, the sender without its brackets") {
    ExplainRequest request;
    REQUIRE(takeInputs(complete(), request).has_value());
    CHECK(request.from == "ann@fabrikam.com");
    CHECK(request.ip.toString() == "203.0.113.9");
    auto blank = complete();
    blank.from = "<>";
    REQUIRE(takeInputs(blank, request).has_value());
    CHECK(request.from.empty());
}

TEST_CASE("Inputs that are none are told by their option") {
    ExplainRequest request;
    auto inputs = complete();
    inputs.ip = "203.0.113";
    CHECK(takeInputs(inputs, request).error().message.starts_with("--ip: "));
    inputs = complete();
    inputs.to = {"a@b.com\r\nDATA"};
    CHECK(takeInputs(inputs, request).error().message.starts_with("--to: "));
}

TEST_CASE("At a terminal the missing inputs are asked for, again where the answer is none") {
    auto inputs = complete();
    inputs.ip.reset();
    inputs.to.clear();
    std::deque<std::string> answers{"nonsense", "198.51.100.2", "a@adventureworks.com, b@adventureworks.com"};
    std::vector<std::string> questions;
    const auto asked = askMissing(inputs, [&](const std::string& question) -> std::optional<std::string> {
        questions.push_back(question);
        auto answer = answers.front();
        answers.pop_front();
        return answer;
    });
    REQUIRE(asked.has_value());
    CHECK(questions.size() == 3);
    CHECK(questions[1] != questions[0]);
    CHECK(inputs.ip == "198.51.100.2");
    CHECK(inputs.to == std::vector<std::string>{"a@adventureworks.com", "b@adventureworks.com"});
}

TEST_CASE("Who does not answer is told what is still missing") {
    ExplainInputs inputs;
    const auto asked = askMissing(inputs, [](const std::string&) { return std::optional<std::string>(); });
    REQUIRE_FALSE(asked.has_value());
    CHECK(asked.error().message.find("--ip") != std::string::npos);
}

TEST_CASE("A file with bare line feeds only gets CRLF; one with any CRLF is left as it is") {
    CHECK(wireText("a\nb\n").text == "a\r\nb\r\n");
    CHECK(wireText("a\nb\n").mendedLineEnds == 2);
    CHECK(wireText("a\r\nb\n").text == "a\r\nb\n");
    CHECK(wireText("a\r\nb\n").mendedLineEnds == 0);
}

TEST_CASE("A moment is a date and a time in UTC") {
    CHECK(moment("2019-06-03T09:00") == "2019-06-03T09:00:00.000Z");
    CHECK(moment("2019-06-03 09:00:30Z") == "2019-06-03T09:00:30.000Z");
    for (const auto* text : {"", "now", "2019-06-03", "2019-13-03T09:00", "2019-06-31T09:00",
                             "2019-06-03T25:00", "2019-06-03T09:0x", "2019-06-03x09:00", "-019-06-03T09:00"})
        CHECK_MESSAGE(moment(text) == "wrong", text);
}
