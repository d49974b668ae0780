// What a long block list costs: a look-up and a refused session with a hundred and with a million entries in
// turn, one more entry on a million, importing and loading them, and their memory. Prints a line of JSON for
// each. Usage: ip_list_bench [DIRECTORY [ROUNDS]]
#include <edge/server/ip_lists/ip_list_file.h>
#include <edge/server/ip_lists/ip_list_store.h>
#include <edge/server/net/system_clock.h>
#include <edge/server/net/system_random.h>
#include <edge/server/posix_file_system.h>
#include <edge/server/queue/sqlite_vfs.h>
#include <edge/testenv/lab.h>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using namespace edge;

namespace {

constexpr std::size_t kFew = 100;
constexpr std::size_t kMany = 1'000'000;
constexpr int kSessionsPerRound = 4096;
constexpr int kLookUpsPerRound = 200'000;
constexpr UtcTime kNow{};

double seconds() {
    static const SystemClock clock;
    return std::chrono::duration<double>(clock.steadyNow().time_since_epoch()).count();
}

// Processor time of this process, which other programs disturb less than they do the clock.
double processorSeconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

// Resident memory of this process, in octets.
double residentMemory() {
    ::malloc_trim(0);
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// What published lists look like: single addresses mostly, nets of some sizes, a tenth IPv6. Always the same.
std::vector<IpListEntry> makeEntries(std::size_t count) {
    std::mt19937_64 random(1);
    std::vector<IpListEntry> entries(count);
    for (auto& entry : entries) {
        const auto kind = random() % 100;
        if (kind < 10) {
            std::array<std::uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
            for (std::size_t i = 4; i < 8; ++i)
                bytes[i] = static_cast<std::uint8_t>(random());
            entry.range.first = IpAddress::fromBytes(bytes);
            std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0xff});
            entry.range.last = IpAddress::fromBytes(bytes);
            continue;
        }
        const auto bits = kind < 70 ? 0 : kind < 90 ? 8 : random() % 12; // of the host
        const auto mask = static_cast<std::uint32_t>((1ULL << bits) - 1);
        const auto first = static_cast<std::uint32_t>(0x01000000U + random() % 0xDE000000U) & ~mask;
        entry.range = {IpAddress::v4(first), IpAddress::v4(first | mask)};
    }
    return entries;
}

// Few ranges that contain every address of makeEntries(): so both lists are asked by the same clients, and a
// session differs in nothing but the length of the list.
std::vector<IpListEntry> makeWideEntries(std::size_t count) {
    std::vector<IpListEntry> entries(count);
    entries[0].range = *IpRange::parse("2001:db8::/32");
    const auto share = static_cast<std::uint32_t>(UINT32_MAX / (count - 1) + 1);
    for (std::size_t i = 1; i < count; ++i) {
        const auto first = static_cast<std::uint32_t>(i - 1) * share;
        entries[i].range = {IpAddress::v4(first),
                            IpAddress::v4(i + 1 == count ? UINT32_MAX : first + share - 1)};
    }
    return entries;
}

// Addresses on the list, in no order; as many different ones as a server meets in a while.
std::vector<IpAddress> clientsOf(const std::vector<IpListEntry>& entries) {
    std::mt19937_64 random(2);
    std::vector<IpAddress> clients(kSessionsPerRound);
    for (auto& client : clients)
        client = entries[random() % entries.size()].range.last;
    return clients;
}

void fill(IpListStore& store, const std::vector<IpListEntry>& entries) {
    if (!store.addAll(IpListKind::Block, entries, kNow))
        std::exit(1);
}

// --- Look-ups.

double nanosecondsPerLookUp(const IpListStore& store, const std::vector<IpAddress>& clients) {
    const auto begin = processorSeconds();
    std::size_t found = 0;
    for (int i = 0; i < kLookUpsPerRound; ++i)
        found += store.find(IpListKind::Block, clients[static_cast<std::size_t>(i) % clients.size()], kNow)
                     .has_value();
    const auto taken = processorSeconds() - begin;
    if (found != kLookUpsPerRound)
        std::exit(1);
    return taken * 1e9 / kLookUpsPerRound;
}

void measureLookUps(const std::vector<IpListEntry>& few, const std::vector<IpListEntry>& many, int rounds) {
    IpListStore small;
    IpListStore large;
    fill(small, few);
    const auto before = residentMemory();
    fill(large, many);
    const auto memory =
        (residentMemory() - before) / static_cast<double>(large.table(IpListKind::Block)->size());
    const auto clients = clientsOf(many);
    std::vector<double> smallTimes;
    std::vector<double> largeTimes;
    for (int i = 0; i < rounds; ++i) {
        smallTimes.push_back(nanosecondsPerLookUp(small, clients));
        largeTimes.push_back(nanosecondsPerLookUp(large, clients));
    }
    std::printf(
        "{\"bench\":\"ip_list_look_up\",\"nanosecondsWith100\":%.0f,\"nanosecondsWith1000000\":%.0f}\n",
        median(smallTimes), median(largeTimes));
    std::printf("{\"bench\":\"ip_list_memory\",\"octetsPerEntry\":%.0f}\n", memory);
}

// --- Sessions.

// A whole server and what it is asked.
struct Place {
    testenv::Lab lab;
    std::vector<std::string> clients;

    Place(const std::vector<IpListEntry>& entries, const std::vector<IpAddress>& blocked, const char* stage) {
        lab.run("Enable-EdgeSimRelaxedLimit\n"
                "Get-ReceiveConnector | Set-ReceiveConnector -RemoteIPRanges 0.0.0.0/0,::/0\n"
                "Set-EdgeSimConnectionFilter -BlockStage " +
                std::string(stage));
        fill(lab.server().ipLists(), entries);
        for (const auto& client : blocked)
            clients.push_back(client.toString());
    }
};

void play(testenv::LabClient client, bool toRcpt) {
    if (toRcpt) {
        client.hello();
        client.say("MAIL FROM:<ann@fabrikam.com>");
    }
    const auto reply = toRcpt ? client.say("RCPT TO:<mary@adventureworks.com>") : client.read();
    if (reply.statusCode() != 550) {
        std::fprintf(stderr, "ip_list_bench: a blocked client was told %s\n", reply.toString().c_str());
        std::exit(1);
    }
    if (toRcpt)
        client.say("QUIT");
}

double microsecondsPerSession(Place& place, bool toRcpt, std::size_t round) {
    const auto begin = processorSeconds();
    for (std::size_t i = 0; i < kSessionsPerRound; ++i) {
        const auto which = (round * kSessionsPerRound + i) % place.clients.size();
        play(place.lab.connectFrom(place.clients[which]), toRcpt);
    }
    const auto taken = processorSeconds() - begin;
    place.lab.decisions().clear();
    return taken * 1e6 / kSessionsPerRound;
}

void measureSessions(const std::vector<IpListEntry>& few, const std::vector<IpListEntry>& many,
                     const char* stage, int rounds) {
    const auto clients = clientsOf(many);
    Place small(few, clients, stage);
    Place large(many, clients, stage);
    const bool toRcpt = std::string_view(stage) == "Rcpt";
    std::vector<double> smallTimes;
    std::vector<double> largeTimes;
    std::vector<double> ratios;
    for (int i = -1; i < rounds; ++i) { // the first warms up
        const auto round = static_cast<std::size_t>(i + 1);
        const bool swap = i % 2 != 0; // whoever comes second finds another cache
        const auto first = microsecondsPerSession(swap ? large : small, toRcpt, round);
        const auto second = microsecondsPerSession(swap ? small : large, toRcpt, round);
        if (i < 0)
            continue;
        smallTimes.push_back(swap ? second : first);
        largeTimes.push_back(swap ? first : second);
        ratios.push_back(largeTimes.back() / smallTimes.back());
    }
    std::printf("{\"bench\":\"ip_list_refused_session\",\"stage\":\"%s\",\"microsecondsWith100\":%.2f,"
                "\"microsecondsWith1000000\":%.2f,\"ratio\":%.3f,\"goal\":1.02}\n",
                stage, median(smallTimes), median(largeTimes), median(ratios));
}

// --- The disk.

void measureStore(const std::string& directory, const std::vector<IpListEntry>& many) {
    PosixFileSystem files;
    SystemClock clock;
    SystemRandom random;
    std::string text;
    for (const auto& entry : many)
        text += entry.range.toString() + "\n";
    auto begin = seconds();
    auto parsed = parseIpList(text);
    const auto parsing = seconds() - begin;
    std::vector<double> adding;
    double importing = 0;
    {
        SqliteVfs vfs(files, clock, random, directory);
        auto store = IpListStore::open(vfs, directory + "/iplists.db");
        if (!store || !parsed)
            std::exit(1);
        begin = seconds();
        if (!(*store)->addAll(IpListKind::Block, std::move(*parsed), kNow))
            std::exit(1);
        importing = seconds() - begin;
        IpListStore memory;
        fill(memory, many);
        for (std::uint32_t i = 0; i < 3000; ++i) {
            IpListEntry entry;
            entry.range.first = entry.range.last = IpAddress::v4(0xE0000000U + i);
            begin = seconds();
            if (!memory.add(IpListKind::Block, entry, kNow))
                std::exit(1);
            adding.push_back((seconds() - begin) * 1e6);
        }
    }
    SqliteVfs vfs(files, clock, random, directory);
    begin = seconds();
    const auto store = IpListStore::open(vfs, directory + "/iplists.db");
    const auto loading = seconds() - begin;
    if (!store)
        std::exit(1);
    double sum = 0;
    for (const auto one : adding)
        sum += one;
    std::printf(
        "{\"bench\":\"ip_list_add_one_to_1000000\",\"medianMicroseconds\":%.0f,\"meanMicroseconds\":%.0f,"
        "\"worstMicroseconds\":%.0f}\n",
        median(adding), sum / static_cast<double>(adding.size()),
        *std::max_element(adding.begin(), adding.end()));
    std::printf("{\"bench\":\"ip_list_import_1000000\",\"readingSeconds\":%.2f,\"storingSeconds\":%.2f}\n",
                parsing, importing);
    std::printf("{\"bench\":\"ip_list_load_1000000\",\"seconds\":%.2f,\"databaseOctets\":%llu}\n", loading,
                static_cast<unsigned long long>(std::filesystem::file_size(directory + "/iplists.db")));
}

} // namespace

int main(int argc, char** argv) {
    std::string directory = std::string(argc > 1 ? argv[1] : ".") + "/ip-list-bench-XXXXXX";
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 21;
    if (rounds < 1 || !::mkdtemp(directory.data())) {
        std::perror("ip_list_bench");
        return 1;
    }
    const auto few = makeWideEntries(kFew);
    const auto many = makeEntries(kMany);
    measureLookUps(few, many, rounds);
    measureStore(directory, many);
    std::filesystem::remove_all(directory);
    for (const auto* stage : {"Connect", "Rcpt"})
        measureSessions(few, many, stage, rounds);
    return 0;
}
