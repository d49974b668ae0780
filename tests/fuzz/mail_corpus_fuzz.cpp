// Whatever stands in a file of mail, it is read into messages in SMTP's lines, none of them larger than the
// file allows, and no header of theirs can put a line end into the envelope that is made from it.
#include <edge/base/assert.h>
#include <edge/server/administration/state_file.h>
#include <edge/testenv/diff/mail_corpus.h>
#include <edge/testenv/diff/mail_envelope.h>
#include <edge/testenv/faulty_file_system.h>
#include <edge/testenv/manual_clock.h>
#include <edge/testenv/seeded_random.h>

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using namespace edge::testenv;

void checkLines(std::string_view content) {
    for (std::size_t at = content.find('\n'); at != std::string_view::npos; at = content.find('\n', at + 1))
        EDGE_ASSERT(at > 0 && content[at - 1] == '\r', "each line ends with CRLF");
}

void checkWord(const std::string& word) {
    EDGE_ASSERT(word.find_first_of("\r\n") == std::string::npos, "the envelope is words of one line");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    boost::asio::io_context loop;
    ManualClock clock(loop);
    SeededRandom random(1);
    FaultyFileSystem files(clock, random);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!files.createDirectories("/mail") || !edge::writeFileDurably(files, "/mail/file", text))
        return 0;
    EnvelopeChoice fromHeaders;
    fromHeaders.fromHeaders = true;
    MailCorpus corpus(files, {"/mail"});
    std::size_t octets = 0;
    while (const auto message = corpus.next()) {
        octets += message->content.size();
        checkLines(message->content);
        const auto envelope = envelopeFor(fromHeaders, "mary@adventureworks.com", message->content);
        EDGE_ASSERT(!envelope.to.empty(), "somebody gets it");
        for (const auto& recipient : envelope.to)
            checkWord(recipient);
        checkWord(envelope.from);
        checkWord(envelope.helo);
    }
    EDGE_ASSERT(octets <= 2 * size, "a line feed becomes two octets, nothing else grows");
    EDGE_ASSERT(corpus.octetsRead() == size, "all of it is read");
    return 0;
}
