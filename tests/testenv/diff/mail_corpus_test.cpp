#include <edge/testenv/diff/mail_corpus.h>

#include "disk.h"
#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace edge::testenv;

namespace {

std::vector<CorpusMessage> allOf(Disk& disk, const std::vector<std::string>& paths) {
    MailCorpus corpus(disk.files, paths);
    std::vector<CorpusMessage> messages;
    while (auto message = corpus.next())
        messages.push_back(std::move(*message));
    return messages;
}

std::vector<std::string> namesOf(Disk& disk, const std::vector<std::string>& paths) {
    std::vector<std::string> names;
    for (const auto& message : allOf(disk, paths))
        names.push_back(message.name);
    return names;
}

// The messages of an mbox with this text.
std::vector<std::string> inMbox(const std::string& text) {
    Disk disk(Files{{"/mail/box", text}});
    std::vector<std::string> contents;
    for (const auto& message : allOf(disk, {"/mail/box"}))
        contents.push_back(message.content);
    return contents;
}

using Texts = std::vector<std::string>;

const std::string kFrom = "From ann@fabrikam.com Mon Jun  3 09:00:00 2019\n";

} // namespace

TEST_CASE("Files are read in the order of their names, folders to the bottom, hidden names left out") {
    Disk disk(Files{{"/mail/b.eml", "B: 1\n\n"},
                    {"/mail/a/z.eml", "A: 1\n\n"},
                    {"/mail/a/deep/y.eml", "D: 1\n\n"},
                    {"/mail/.git/config", "no mail"},
                    {"/mail/.hidden", "no mail"}});
    CHECK(namesOf(disk, {"/mail"}) == Texts{"/mail/a/deep/y.eml", "/mail/a/z.eml", "/mail/b.eml"});
    CHECK(namesOf(disk, {"/mail/b.eml", "/mail/a"}) ==
          Texts{"/mail/b.eml", "/mail/a/deep/y.eml", "/mail/a/z.eml"});
}

TEST_CASE("Of a Maildir cur and new are read, and its folders; never tmp and never its keeper's own files") {
    Disk disk(Files{{"/m/cur/1:2,S", "X: 1\n\n"},
                    {"/m/new/2", "X: 2\n\n"},
                    {"/m/tmp/3", "half a mess"},
                    {"/m/dovecot-uidlist", "3 V1"},
                    {"/m/.Sent/cur/4", "X: 4\n\n"},
                    {"/m/.Sent/new/5", "X: 5\n\n"},
                    {"/m/.Sent/tmp/6", "half"}});
    CHECK(namesOf(disk, {"/m"}) == Texts{"/m/.Sent/cur/4", "/m/.Sent/new/5", "/m/cur/1:2,S", "/m/new/2"});
}

TEST_CASE("Line feeds become CRLF, CRLF stays") {
    Disk disk(Files{{"/mail/a", "Subject: x\n\none\r\ntwo\n\nlast"}});
    CHECK(allOf(disk, {"/mail/a"}).front().content == "Subject: x\r\n\r\none\r\ntwo\r\n\r\nlast");
}

TEST_CASE("An mbox is parted at its From lines, and the blank line before one is not the message's") {
    CHECK(inMbox(kFrom + "Subject: 1\n\none\n\n" + kFrom + "Subject: 2\n\ntwo\n\n\n" + kFrom +
                 "Subject: 3\n\nthree\n") ==
          Texts{"Subject: 1\r\n\r\none\r\n", "Subject: 2\r\n\r\ntwo\r\n\r\n", "Subject: 3\r\n\r\nthree\r\n"});
}

TEST_CASE("A sentence that begins with From parts nothing") {
    CHECK(inMbox(kFrom + "Subject: 1\n\none\n\nFrom here it goes on\n\nFrom 9:5 to ten\n").size() == 1);
    CHECK(inMbox(kFrom + "Subject: 1\n\nno blank line before it:\n" + kFrom + "x\n").size() == 1);
}

TEST_CASE("A quoted From line loses one of its brackets") {
    CHECK(inMbox(kFrom + "S: 1\n\n>From me\n>>From you\n> From nobody\n>Fromage\n") ==
          Texts{"S: 1\r\n\r\nFrom me\r\n>From you\r\n> From nobody\r\n>Fromage\r\n"});
}

TEST_CASE("Messages of an mbox are counted from one") {
    Disk disk(Files{{"/mail/box", kFrom + "S: 1\n\n" + kFrom + "S: 2\n\n"}});
    CHECK(namesOf(disk, {"/mail"}) == Texts{"/mail/box:1", "/mail/box:2"});
}

TEST_CASE("Lines longer than one read stay whole, wherever the read ends") {
    for (const std::size_t length : {65530UL, 65536UL, 65537UL, 200000UL}) {
        const std::string line(length, 'x');
        CHECK(inMbox(kFrom + "S: 1\n\n" + line + "\n\n" + kFrom + "S: 2\n\n>From " + line + "\n") ==
              Texts{"S: 1\r\n\r\n" + line + "\r\n", "S: 2\r\n\r\nFrom " + line + "\r\n"});
    }
}

TEST_CASE("A message that is too long is told of, and those behind it are read") {
    const std::string half(kMaxCorpusMessage / 2 + 1, 'x');
    Disk disk(Files{{"/mail/box", kFrom + "S: 1\n\n" + half + "\n" + half + "\n\n" + kFrom + "S: 2\n\n"}});
    const auto messages = allOf(disk, {"/mail/box"});
    REQUIRE(messages.size() == 2);
    CHECK(messages[0].trouble.find("longer than") == 0);
    CHECK(messages[0].content.empty());
    CHECK(messages[1].content == "S: 2\r\n");
}

TEST_CASE("A file that cannot be read is told of") {
    Disk disk(Files{{"/mail/a", "S: 1\n\n"}, {"/mail/empty", ""}});
    CHECK(allOf(disk, {"/mail/empty"}).front().trouble == "the file is empty");
    CHECK_FALSE(allOf(disk, {"/nowhere"}).front().trouble.empty());
    disk.files.failOnce(DiskOperation::Read, edge::Errc::Io);
    CHECK_FALSE(allOf(disk, {"/mail/a"}).front().trouble.empty());
}

TEST_CASE("What there is to read is measured as what was read") {
    Disk disk(Files{{"/mail/a", "S: 1\n\n"}, {"/mail/box", kFrom + "S: 2\n\n" + kFrom + "S: 3\n\n"}});
    MailCorpus corpus(disk.files, {"/mail"});
    while (corpus.next()) {
    }
    CHECK(corpus.octetsRead() == MailCorpus::measure(disk.files, {"/mail"}));
    CHECK(corpus.octetsRead() > 0);
}
