// Threat: memory exhaustion by many idle sessions or by one that never ends its line (peers.md C.7,
// "Unbounded input"). Counts what the heap holds by replacing operator new for this program alone.
#include <edge/server/smtp/receive_machine.h>
#include <edge/server/smtp/replies.h>

#include <doctest/doctest.h>
#include <malloc.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {
std::size_t heapInUse = 0;
} // namespace

void* operator new(std::size_t size) {
    void* block = std::malloc(size); // NOLINT: this is the allocator
    if (!block)
        throw std::bad_alloc();
    heapInUse += malloc_usable_size(block);
    return block;
}

void operator delete(void* block) noexcept {
    heapInUse -= malloc_usable_size(block);
    std::free(block); // NOLINT
}

void operator delete(void* block, std::size_t) noexcept {
    operator delete(block);
}

namespace edge::smtp {
namespace {

constexpr std::size_t kKiB = 1024;
constexpr std::size_t kReadSize = 16 * kKiB; // what a driver reads at a time

void answerAll(ReceiveMachine& machine) {
    for (;;) {
        const auto event = machine.next();
        if (std::holds_alternative<NeedBytes>(event) || std::holds_alternative<SessionOver>(event))
            break;
        if (!machine.awaitsAnswer())
            continue;
        if (const auto* refused = std::get_if<Refused>(&event))
            machine.answer(refused->response, SteadyTime{});
        else if (std::holds_alternative<DataCommand>(event))
            machine.answer(reply(Reply::StartMailInput, kDefaultProfile), SteadyTime{});
        else
            machine.answer(reply(Reply::SenderOk, kDefaultProfile), SteadyTime{});
    }
    machine.takeOutput();
}

// What one machine holds after it was told `pieces`.
std::size_t heldAfter(const std::vector<std::string>& pieces, const MachineOptions& options = {}) {
    reply(Reply::SenderOk, kDefaultProfile); // the table of replies is shared by all
    const auto before = heapInUse;
    ReceiveMachine machine(options, SteadyTime{});
    answerAll(machine);
    for (const auto& piece : pieces) {
        machine.receive(piece, SteadyTime{});
        answerAll(machine);
    }
    return heapInUse - before;
}

const std::string kUpToData = "EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n";

TEST_CASE("An idle session holds less than a KiB") {
    CHECK(heldAfter({}) < kKiB);
    CHECK(heldAfter({"EHLO mail.fabrikam.com\r\n"}) < kKiB);
}

TEST_CASE("A session that is idle after much traffic holds less than a KiB again") {
    const std::string content(kReadSize, 'x');
    CHECK(heldAfter({kUpToData, content, content + "\r\n.\r\n"}) < kKiB);
    CHECK(heldAfter({std::string(kReadSize, 'x') + "\r\n"}) < kKiB);
    std::string group;
    while (group.size() < kReadSize)
        group += "NOOP\r\n";
    CHECK(heldAfter({group + "NOO"}) < kKiB);
}

TEST_CASE("A line that never ends is not kept") {
    const std::vector<std::string> endless(1000, std::string(kReadSize, 'x'));
    CHECK(heldAfter(endless) < kKiB);
    MachineOptions options;
    options.longAddressesEnabled = true;
    CHECK(heldAfter({std::string(7999, 'x')}, options) < 20 * kKiB);
    CHECK(heldAfter(endless, options) < kKiB);
}

TEST_CASE("Content beyond the limit is not kept") {
    MachineOptions options;
    options.maxMessageSize = 100;
    std::vector<std::string> pieces(1000, std::string(kReadSize, 'x'));
    pieces.insert(pieces.begin(), kUpToData);
    CHECK(heldAfter(pieces, options) < 2 * kReadSize + kKiB);
}

TEST_CASE("The octets of a refused BDAT are not kept") {
    std::vector<std::string> pieces(1000, std::string(kReadSize, 'x'));
    pieces.insert(pieces.begin(), "BDAT 30000000 LAST\r\n");
    CHECK(heldAfter(pieces) < kKiB);
}

TEST_CASE("Endless errors under unlimited MaxProtocolErrors keep nothing") {
    MachineOptions options;
    options.maxProtocolErrors = std::nullopt;
    CHECK(heldAfter(std::vector<std::string>(100, std::string(kKiB, '\n')), options) < kKiB);
}

} // namespace
} // namespace edge::smtp
