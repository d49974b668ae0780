// PipelineBench: the smallest world in which agents run: a loop, a clock moved by hand, a directory and a
// configuration in memory, and agents made of lambdas. Only its .cpp sees the whole of Asio, so the tests
// compile quickly.
#pragma once

#include <edge/dispatcher.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace edge::bench {

// Runs tasks on one thread, as a session's loop does.
class Loop {
public:
    Loop();
    ~Loop();

    // A task under way.
    class Running {
    public:
        virtual ~Running() = default;
        virtual bool isDone() const = 0;
        // What it threw, or nullptr.
        virtual std::exception_ptr error() const = 0;
        // Cancels it as the driver does when the peer goes away.
        virtual void cancel() = 0;
    };
    // Starts a task and runs it until it waits or ends.
    std::shared_ptr<Running> start(Task<> task);
    // Runs whatever can run.
    void poll();
    // Runs a task that must end by itself; throws what it throws.
    template <class T>
    T run(Task<T> task) {
        std::optional<T> result;
        finish(start(keep(std::move(task), result)));
        return std::move(*result);
    }
    void run(Task<> task) { finish(start(std::move(task))); }

private:
    template <class T>
    static Task<> keep(Task<T> task, std::optional<T>& result) {
        result = co_await std::move(task);
    }
    static void finish(const std::shared_ptr<Running>& running);

    struct State;
    std::unique_ptr<State> state_;
};

// Time that stands still until advance().
class BenchClock final : public Clock {
public:
    BenchClock();
    ~BenchClock() override;

    UtcTime utcNow() const override {
        return start_ + std::chrono::floor<std::chrono::microseconds>(passed_);
    }
    SteadyTime steadyNow() const override { return SteadyTime(passed_); }
    std::chrono::minutes utcOffset(UtcTime) const override { return {}; }
    Task<> waitUntil(SteadyTime when) override;
    Task<bool> sleepUntil(SteadyTime when) override;
    Task<bool> within(SteadyTime deadline, Task<> work) override;
    // Moves time and wakes those whose time has come; the loop still has to poll().
    void advance(Duration span);

private:
    struct Waiters;
    UtcTime start_{std::chrono::sys_days(std::chrono::year(2022) / 9 / 13) + std::chrono::hours(14)};
    Duration passed_{};
    std::unique_ptr<Waiters> waiters_;
};

// 1, 2, 3 …
class CountingRandom final : public Random {
public:
    std::uint64_t next() override { return ++last_; }

private:
    std::uint64_t last_ = 0;
};

// Has the recipients that a test puts in; can fail, can take its time.
class BenchDirectory final : public RecipientDirectory {
public:
    explicit BenchDirectory(Clock& clock)
        : clock_(clock) {}
    Task<Result<std::optional<AddressBookEntry>>> find(RoutingAddress address) override;

    void add(const char* address);
    void add(const AddressBookEntry& entry);
    std::vector<std::string> questions; // every look-up, in order
    std::optional<Error> failure;
    Duration delay{};

private:
    Clock& clock_;
    std::map<RoutingAddress, AddressBookEntry> entries_;
};

// DNS without any name.
class NoResolver final : public Resolver {
public:
    Task<DnsAnswer> query(std::string, DnsType) override { co_return DnsAnswer{}; }
};

// The entries that a test puts in.
class BenchIpLists final : public IpLists {
public:
    std::optional<IpListEntry> find(IpListKind list, const IpAddress& address, UtcTime now) const override;
    Result<> block(const IpRange& range, std::string comment, UtcTime expirationTime) override;

    std::vector<std::pair<IpListKind, IpListEntry>> entries;
};

// Answers what a test says.
class BenchClassifier final : public ContentClassifier {
public:
    Task<Result<Classification>> classify(const MailItem&, const MessageText& text) override;

    std::vector<std::string> seen; // the subjects it was asked about
    Classification answer;
    std::optional<Error> failure;
};

// Knows the archives that a test names by their bytes.
class BenchArchives final : public ArchiveLister {
public:
    Task<Result<ArchiveListing>> list(std::string_view bytes, ArchiveLimits limits) override;

    std::map<std::string, ArchiveListing, std::less<>> known;
    // What it says of all others; empty: that they are none.
    std::function<ArchiveListing(std::string_view, const ArchiveLimits&)> read;
};

// Has one verdict for everything.
class BenchScanner final : public VirusScanner {
public:
    Task<ScanVerdict> scan(std::string_view) override { co_return answer; }

    ScanVerdict answer{ScanOutcome::Clean, {}};
};

class BenchServer final : public SmtpServer {
public:
    std::string name() const override { return "edge01.adventureworks.com"; }
    std::string version() const override { return "15.2.1544.4"; }
    const Configuration& configuration() const override { return settings; }
    RecipientDirectory& addressBook() override { return directory; }
    Resolver& resolver() override { return resolver_; }
    IpLists& ipLists() override { return lists; }
    ContentClassifier& contentClassifier() override { return classifier; }
    ArchiveLister& archiveLister() override { return archives; }
    VirusScanner& virusScanner() override { return scanner; }
    Clock& clock() override { return time; }
    Random& random() override { return random_; }

    Configuration settings;
    BenchClock time;
    BenchDirectory directory{time};
    BenchIpLists lists;
    BenchClassifier classifier;
    BenchArchives archives;
    BenchScanner scanner;

private:
    NoResolver resolver_;
    CountingRandom random_;
};

// A session whose facts a test may set.
class BenchSession final : public SmtpSession {
public:
    BenchSession();
    void authenticateAs(AuthenticationSource source) { authenticationSource_ = source; }
    // Unspecified: the peer is an internal server, and the header has not told yet.
    void comesFrom(const IpAddress& address) { lastExternalIpAddress_ = address; }
};

class DecisionList final : public DecisionSink {
public:
    void record(const Decision& decision) override { all.push_back(decision); }
    const Decision& last() const { return all.back(); }
    // "A OnMailCommand RejectCommand" for each decision.
    std::vector<std::string> lines() const;

    std::vector<Decision> all;
};

// What an agent of a test does: the events it handles are those that have a function. `wait` is awaited
// first.
struct Script {
    std::function<Task<>()> wait = nullptr;
    std::function<void(ConnectEventSource&, const ConnectEventArgs&)> connect = nullptr;
    std::function<void(ReceiveCommandEventSource&, MailCommandEventArgs&)> mail = nullptr;
    std::function<void(ReceiveCommandEventSource&, RcptCommandEventArgs&)> rcpt = nullptr;
    std::function<void(ReceiveMessageEventSource&, const EndOfHeadersEventArgs&)> endOfHeaders = nullptr;
    std::function<void(ReceiveMessageEventSource&, const EndOfDataEventArgs&)> endOfData = nullptr;
    std::function<void(EndOfAuthenticationEventSource&, const EndOfAuthenticationEventArgs&)>
        endOfAuthentication = nullptr;
    std::function<void(RejectEventSource&, const RejectEventArgs&)> reject = nullptr;
    std::function<void(DisconnectEventSource&, const DisconnectEventArgs&)> disconnect = nullptr;
    std::function<void(QueuedMessageEventSource&, const QueuedMessageEventArgs&)> submitted = nullptr;
    std::function<void()> created = nullptr; // in the factory, once a session; may throw
};

// A factory of agents that follow the script.
std::shared_ptr<AgentFactory> scriptedFactory(Script script);

// One session's dispatcher over scripted agents.
class PipelineBench {
public:
    // Installs an enabled agent with the lowest priority.
    void add(std::string identity, Script script);
    // The dispatcher, made at its first use: agents added later are not in it.
    Dispatcher& dispatcher();

    EventOutcome connect();
    EventOutcome mail(const char* from = "sender@fabrikam.com");
    EventOutcome rcpt(const char* to = "user@adventureworks.com");
    EventOutcome endOfHeaders();
    EventOutcome endOfData();
    EventOutcome endOfAuthentication();
    EventOutcome reject();
    EventOutcome disconnect();
    EventOutcome submitted();

    // The arguments of these events, as the agents left them.
    MailCommandEventArgs& mailArgs() { return *mailArgs_; }
    RcptCommandEventArgs& rcptArgs() { return *rcptArgs_; }
    // The event as a task, for tests that wait in it.
    Task<EventOutcome> mailTask();
    Task<> mailTaskOnly();

    std::shared_ptr<StepSnapshot> step = std::make_shared<StepSnapshot>();
    Loop loop;
    BenchServer server;
    BenchSession session;
    MailItem mailItem{SpoolPlace{}};
    AgentRegistry registry;
    DecisionList decisions;
    AgentTimeLimits limits;
    DispatchObserver* observer = nullptr;

private:
    std::optional<MailCommandEventArgs> mailArgs_;
    std::optional<RcptCommandEventArgs> rcptArgs_;
    std::unique_ptr<Dispatcher> dispatcher_;
};

RoutingAddress address(const char* text);

} // namespace edge::bench
