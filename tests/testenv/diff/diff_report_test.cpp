#include <edge/testenv/diff/diff_report.h>

#include <doctest/doctest.h>

#include <string>

using namespace edge::testenv;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

JudgedMessage changed(const std::string& name, const std::string& data) {
    JudgedMessage message{name, {}, {}, {}};
    message.a.scl = 7;
    message.a.recipients = 1;
    message.b.outcome = Outcome::Refused;
    message.b.agent = "Content Filter Agent";
    message.b.event = edge::AgentEvent::OnEndOfData;
    message.b.reason = "SclAtOrAboveRejectThreshold";
    message.b.data = data;
    message.b.reply = "550 5.7.1 Rejected";
    return message;
}

DiffReport sample() {
    DiffReport report{"a.ps1", "b.ps1", {"mail"}, "from <ann@fabrikam.com>", {}, {}, {}, 2};
    for (int i = 0; i < 4; ++i)
        report.tally.add(changed("mail/" + std::to_string(i), "7"));
    report.tally.add({"mail/same", {}, {}, {}});
    report.tally.add({"mail/lost", "permission denied", {}, {}});
    return report;
}

} // namespace

TEST_CASE("The text counts, groups, names examples and tells what could not be read") {
    const auto text = diffText(sample());
    CHECK(has(text, "5 messages, 4 verdicts changed; 1 could not be read (2.0 s, 2 messages a second)"));
    CHECK(has(text, "accepted             5         1"));
    CHECK(has(text, "refused              0         4"));
    CHECK(has(text, "      4  A accepted, SCL 7\n"));
    CHECK(has(text, "         B refused by Content Filter Agent (SclAtOrAboveRejectThreshold)\n"));
    CHECK(has(text, "B: OnEndOfData 550 5.7.1 Rejected\n"));
    CHECK(has(text, "decided by: 7 (4)"));
    CHECK(has(text, "mail/2\n           ... 1 more\n"));
    CHECK(has(text, "mail/lost: permission denied"));
}

TEST_CASE("Settings that only one side has stand above the verdicts") {
    auto report = sample();
    findSettings("# comment of A\nSet-X -A 1\nSet-Y -B 2\n", "# comment of B\nSet-X -A 1\nSet-Y -B 3\n",
                 report);
    const auto text = diffText(report);
    CHECK(has(text, "- Set-Y -B 2\n+ Set-Y -B 3\n"));
    CHECK_FALSE(has(text, "comment"));
    CHECK_FALSE(has(text, "Set-X"));
}

TEST_CASE("The JSON has every key, also where there is nothing to tell") {
    const auto text = diffJson(DiffReport{"a.ps1", "b.ps1", {}, {}, {}, {}, {}, 0});
    for (const std::string key :
         {"schema", "a", "b", "paths", "envelope", "settings_only_a", "settings_only_b", "messages",
          "changed", "unreadable", "seconds", "outcomes", "groups", "troubles"})
        CHECK(has(text, "\"" + key + "\":"));
    CHECK(has(diffJson(sample()), "\"reply\":\"550 5.7.1 Rejected\""));
}

TEST_CASE("A file name cannot write on the terminal or into the page") {
    DiffReport report = sample();
    report.tally.add(changed("mail/\x1b[2J<script>alert(1)</script>", "8"));
    auto evil = changed("mail/x", "<img src=x>\x1b[2J");
    evil.b.reason = "Other";
    report.tally.add(evil);
    CHECK_FALSE(has(diffText(report), "\x1b"));
    const auto page = diffHtml(report);
    CHECK_FALSE(has(page, "<script"));
    CHECK_FALSE(has(page, "<img"));
    CHECK_FALSE(has(page, "\x1b"));
}

TEST_CASE("However many data and groups there are, what is kept is bounded, and nothing is lost") {
    DiffTally tally;
    constexpr std::size_t kMany = 3000;
    for (std::size_t i = 0; i < kMany; ++i) {
        tally.add(changed("a", std::to_string(i)));
        auto other = changed("b", "x");
        other.b.reason = "Reason" + std::to_string(i);
        tally.add(other);
    }
    const auto groups = tally.groups();
    CHECK(groups.size() <= kMaxDiffGroups + 1);
    std::size_t messages = 0;
    for (const auto& group : groups) {
        messages += group.messages;
        CHECK(group.examples.size() <= kMaxDiffExamples);
        CHECK(group.data.size() <= kMaxDiffData);
    }
    CHECK(messages == 2 * kMany);
    CHECK(groups.front().messages >= groups.back().messages);
}
