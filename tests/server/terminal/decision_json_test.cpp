#include <edge/base/text.h>
#include <edge/server/terminal/decision_json.h>

#include "log_bench.h"
#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace edge;
using namespace edge::testenv;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

Decision full() {
    auto made = decision("Recipient Filter Agent", AgentEvent::OnEndOfData, Action::RejectMessage);
    made.response = {550, "5.1.1", std::vector<std::string>{"User unknown", "ask postmaster"}};
    made.reason = "RecipientDoesNotExist";
    made.reasonData = "kate@adventureworks.com";
    made.diagnostics = "d";
    made.inputs = {{"RecipientValidationEnabled", "True"}};
    made.effects.push_back({Action::DeleteRecipients, {"kate@adventureworks.com"}});
    made.elapsed = 1500us;
    made.revisionBefore = 1;
    made.revision = 2;
    made.remedy = "Set-RecipientFilterConfig";
    return made;
}

std::vector<std::string> keys(const json::value& value) {
    std::vector<std::string> names;
    for (const auto& pair : value.as_object())
        names.emplace_back(pair.key().data(), pair.key().size());
    return names;
}

} // namespace

TEST_CASE("A decision as JSON, whole") {
    CHECK(
        decisionToJson(full()) ==
        R"({"schema":1,"time":"2022-09-13T14:38:59.177Z","event":"OnEndOfData","agent":"Recipient Filter Agent",)"
        R"("byServer":false,"action":"RejectMessage",)"
        R"("response":{"code":550,"enhanced":"5.1.1","text":["User unknown","ask postmaster"]},)"
        R"("reason":"RecipientDoesNotExist","reasonData":"kate@adventureworks.com","diagnostics":"d",)"
        R"("inputs":[{"what":"RecipientValidationEnabled","value":"True"}],)"
        R"("effects":[{"action":"RejectMessage","targets":[]},)"
        R"({"action":"DeleteRecipients","targets":["kate@adventureworks.com"]}],)"
        R"("elapsedMicroseconds":1500,"overrun":false,"revisionBefore":1,"revision":2,)"
        R"("remedy":"Set-RecipientFilterConfig",)"
        R"("session":{"id":"08D675E58CA1DA38","start":"2022-09-13T14:38:58.000Z",)"
        R"("connector":"Default internal receive connector EDGE01","local":"192.168.30.60:25",)"
        R"("remote":"203.0.113.9:2457","enteredOrgFromIp":"203.0.113.9","helo":"mail.fabrikam.com"},)"
        R"("message":{"ordinal":1,"messageId":"<1@fabrikam.com>",)"
        R"("networkMessageId":"01020304-0506-0708-090a-0b0c0d0e0f10","p1From":"user@fabrikam.com",)"
        R"("p2From":["user@fabrikam.com","secretary@fabrikam.com"],)"
        R"("recipients":["kate@adventureworks.com","pilar@adventureworks.com"]}})");
}

TEST_CASE("Every key is always there; what is unknown is null") {
    const auto all = json::parse(decisionToJson(full()));
    const auto bare = json::parse(decisionToJson(decision("X", AgentEvent::OnConnect, Action::None)));
    CHECK(keys(bare) == keys(all));
    CHECK(keys(bare.at("session")) == keys(all.at("session")));
    CHECK(bare.at("response").is_null());
    CHECK(bare.at("message").is_null());
    auto old = full();
    auto step = snapshot(old.event);
    step->networkMessageId = {};
    old.step = step;
    CHECK(json::parse(decisionToJson(old)).at("message").at("networkMessageId").is_null());
    auto stepless = full();
    stepless.step = nullptr;
    CHECK(keys(json::parse(decisionToJson(stepless)).at("session")) == keys(all.at("session")));
}

TEST_CASE("Hostile octets leave valid JSON on one line") {
    auto made = full();
    made.reasonData = "a\r\n\"\\\x1b\xFF\xC0\xAF\xE2\x82\xAC";
    const auto text = decisionToJson(made);
    CHECK(text.find_first_of("\r\n\x1b\xFF") == std::string::npos);
    CHECK(json::parse(text).at("reasonData").as_string() == "a\r\n\"\\\x1b\\xff\\xc0\\xaf\xE2\x82\xAC");
}

TEST_CASE("docs/logs.md describes every key") {
    std::ifstream file(EDGE_SOURCE_DIR "/docs/logs.md");
    REQUIRE(file);
    std::ostringstream text;
    text << file.rdbuf();
    const auto page = text.str();
    const auto all = json::parse(decisionToJson(full()));
    for (const auto& value : {all, all.at("session"), all.at("message"), all.at("response"),
                              all.at("inputs").at(0), all.at("effects").at(0)})
        for (const auto& key : keys(value)) {
            CAPTURE(key);
            CHECK(page.find("`" + key + "`") != std::string::npos);
        }
}
