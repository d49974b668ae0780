#include <edge/base/assert.h>
#include <edge/tests/pipeline/pipeline_bench.h>

#include <boost/asio.hpp>
#include <boost/asio/experimental/parallel_group.hpp>

#include <list>
#include <tuple>

namespace edge::bench {
namespace asio = boost::asio;

struct Loop::State {
    asio::io_context context{1};
};

namespace {

class RunningTask final : public Loop::Running {
public:
    bool isDone() const override { return done; }
    std::exception_ptr error() const override { return thrown; }
    void cancel() override { signal.emit(asio::cancellation_type::terminal); }

    asio::cancellation_signal signal;
    std::exception_ptr thrown;
    bool done = false;
};

} // namespace

Loop::Loop()
    : state_(std::make_unique<State>()) {}

Loop::~Loop() = default;

std::shared_ptr<Loop::Running> Loop::start(Task<> task) {
    auto running = std::make_shared<RunningTask>();
    auto ended = [running](std::exception_ptr error) {
        running->thrown = std::move(error);
        running->done = true;
    };
    asio::co_spawn(state_->context, std::move(task),
                   asio::bind_cancellation_slot(running->signal.slot(), std::move(ended)));
    poll();
    return running;
}

void Loop::poll() {
    state_->context.restart();
    state_->context.poll();
}

void Loop::finish(const std::shared_ptr<Running>& running) {
    EDGE_ASSERT(running->isDone(), "a task of the bench waits for something that does not come");
    if (running->error())
        std::rethrow_exception(running->error());
}

// A waiter is a timer that never expires; advance() cancels it, and says so.
struct BenchClock::Waiters {
    struct Waiter {
        SteadyTime when;
        asio::steady_timer* timer;
        bool due = false;
    };
    std::list<Waiter> list;
};

BenchClock::BenchClock()
    : waiters_(std::make_unique<Waiters>()) {}

BenchClock::~BenchClock() = default;

Task<> BenchClock::waitUntil(SteadyTime when) {
    if (when <= steadyNow())
        co_return;
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
    const auto self = waiters_->list.insert(waiters_->list.end(), Waiters::Waiter{when, &timer});
    boost::system::error_code error;
    std::exception_ptr thrown; // cancelled before the wait began
    try {
        std::tie(error) = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    } catch (...) {
        thrown = std::current_exception();
    }
    const bool due = self->due;
    waiters_->list.erase(self);
    if (thrown)
        std::rethrow_exception(thrown);
    if (!due)
        throw boost::system::system_error(error);
}

Task<bool> BenchClock::sleepUntil(SteadyTime when) {
    bool slept = true;
    try {
        co_await waitUntil(when);
    } catch (const boost::system::system_error&) {
        slept = false;
    }
    co_return slept;
}

Task<bool> BenchClock::within(SteadyTime deadline, Task<> work) {
    const auto executor = co_await asio::this_coro::executor;
    auto working = asio::co_spawn(executor, std::move(work), asio::deferred);
    auto waiting = asio::co_spawn(executor, waitUntil(deadline), asio::deferred);
    auto group = asio::experimental::make_parallel_group(std::move(working), std::move(waiting));
    const auto [order, workError, waitError] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] == 0 && workError)
        std::rethrow_exception(workError);
    if (order[0] == 1 && waitError) // we were cancelled ourselves
        std::rethrow_exception(waitError);
    co_return order[0] == 0;
}

void BenchClock::advance(Duration span) {
    passed_ += span;
    for (auto& waiter : waiters_->list) {
        if (waiter.when > steadyNow() || waiter.due)
            continue;
        waiter.due = true;
        waiter.timer->cancel();
    }
}

std::optional<IpListEntry> BenchIpLists::find(IpListKind list, const IpAddress& address, UtcTime now) const {
    for (const auto& [kind, entry] : entries)
        if (kind == list && entry.range.contains(address) && !entry.hasExpired(now))
            return entry;
    return std::nullopt;
}

Result<> BenchIpLists::block(const IpRange& range, std::string comment, UtcTime expirationTime) {
    const auto identity = static_cast<std::int64_t>(entries.size()) + 1;
    entries.push_back({IpListKind::Block, {identity, range, std::move(comment), expirationTime, true}});
    return {};
}

Task<Result<Classification>> BenchClassifier::classify(const MailItem&, const MessageText& text) {
    seen.push_back(text.subject);
    if (failure)
        co_return *failure;
    co_return answer;
}

Task<Result<ArchiveListing>> BenchArchives::list(std::string_view bytes, ArchiveLimits limits) {
    const auto found = known.find(bytes);
    if (found == known.end() && read)
        co_return read(bytes, limits);
    co_return found == known.end() ? ArchiveListing{} : found->second;
}

Task<Result<std::optional<AddressBookEntry>>> BenchDirectory::find(RoutingAddress address) {
    questions.push_back(address.toString());
    co_await clock_.waitUntil(clock_.steadyNow() + delay);
    if (failure)
        co_return *failure;
    const auto found = entries_.find(address);
    co_return found == entries_.end() ? std::optional<AddressBookEntry>() : found->second;
}

void BenchDirectory::add(const char* text) {
    AddressBookEntry entry;
    entry.primarySmtpAddress = address(text);
    add(entry);
}

void BenchDirectory::add(const AddressBookEntry& entry) {
    entries_[entry.primarySmtpAddress] = entry;
}

BenchSession::BenchSession() {
    sessionId_ = 0x08CEC282DA2C4CFE;
    localEndPoint_ = *Endpoint::parse("192.0.2.1:25");
    remoteEndPoint_ = *Endpoint::parse("203.0.113.9:4711");
    lastExternalIpAddress_ = remoteEndPoint_.address;
    connectorName_ = "Default internal receive connector EDGE01";
}

std::vector<std::string> DecisionList::lines() const {
    std::vector<std::string> lines;
    for (const auto& decision : all)
        lines.push_back(decision.agent + " " + std::string(toString(decision.event)) + " " +
                        std::string(toString(decision.action)));
    return lines;
}

namespace {

class ScriptedAgent final : public SmtpReceiveAgent {
public:
    explicit ScriptedAgent(const Script& script)
        : script_(script) {}

    Task<> onConnect(ConnectEventSource& source, const ConnectEventArgs& e) override {
        co_await pause();
        script_.connect(source, e);
    }
    Task<> onMailCommand(ReceiveCommandEventSource& source, MailCommandEventArgs& e) override {
        co_await pause();
        script_.mail(source, e);
    }
    Task<> onRcptCommand(ReceiveCommandEventSource& source, RcptCommandEventArgs& e) override {
        co_await pause();
        script_.rcpt(source, e);
    }
    Task<> onEndOfHeaders(ReceiveMessageEventSource& source, const EndOfHeadersEventArgs& e) override {
        co_await pause();
        script_.endOfHeaders(source, e);
    }
    Task<> onEndOfData(ReceiveMessageEventSource& source, const EndOfDataEventArgs& e) override {
        co_await pause();
        script_.endOfData(source, e);
    }
    Task<> onEndOfAuthentication(EndOfAuthenticationEventSource& source,
                                 const EndOfAuthenticationEventArgs& e) override {
        co_await pause();
        script_.endOfAuthentication(source, e);
    }
    Task<> onReject(RejectEventSource& source, const RejectEventArgs& e) override {
        co_await pause();
        script_.reject(source, e);
    }
    Task<> onDisconnect(DisconnectEventSource& source, const DisconnectEventArgs& e) override {
        co_await pause();
        script_.disconnect(source, e);
    }

private:
    Task<> pause() {
        if (script_.wait)
            co_await script_.wait();
    }

    const Script& script_;
};

class ScriptedRoutingAgent final : public RoutingAgent {
public:
    explicit ScriptedRoutingAgent(const Script& script)
        : script_(script) {}
    Task<> onSubmittedMessage(QueuedMessageEventSource& source, const QueuedMessageEventArgs& e) override {
        script_.submitted(source, e);
        co_return;
    }

private:
    const Script& script_;
};

class ScriptedFactory final : public AgentFactory {
public:
    explicit ScriptedFactory(Script script)
        : script_(std::move(script)) {}

    EventSet events() const override {
        EventSet events;
        const auto add = [&events](AgentEvent event, bool handled) {
            events.set(static_cast<std::size_t>(event), handled);
        };
        add(AgentEvent::OnConnect, script_.connect != nullptr);
        add(AgentEvent::OnMailCommand, script_.mail != nullptr);
        add(AgentEvent::OnRcptCommand, script_.rcpt != nullptr);
        add(AgentEvent::OnEndOfHeaders, script_.endOfHeaders != nullptr);
        add(AgentEvent::OnEndOfData, script_.endOfData != nullptr);
        add(AgentEvent::OnEndOfAuthentication, script_.endOfAuthentication != nullptr);
        add(AgentEvent::OnReject, script_.reject != nullptr);
        add(AgentEvent::OnDisconnect, script_.disconnect != nullptr);
        add(AgentEvent::OnSubmittedMessage, script_.submitted != nullptr);
        return events;
    }
    std::unique_ptr<SmtpReceiveAgent> createReceiveAgent(SmtpServer&) override {
        if (script_.submitted)
            return nullptr;
        notify();
        return std::make_unique<ScriptedAgent>(script_);
    }
    std::unique_ptr<RoutingAgent> createRoutingAgent(SmtpServer&) override {
        notify();
        return std::make_unique<ScriptedRoutingAgent>(script_);
    }

private:
    void notify() const {
        if (script_.created)
            script_.created();
    }

    const Script script_;
};

MailCommandEventArgs mailArguments(SmtpSession& session, RoutingAddress from) {
    return {
        {session}, std::move(from), {}, BodyType::NotSpecified, DsnFormatRequested::NotSpecified, {}, {}, {},
        {}};
}

} // namespace

std::shared_ptr<AgentFactory> scriptedFactory(Script script) {
    return std::make_shared<ScriptedFactory>(std::move(script));
}

void PipelineBench::add(std::string identity, Script script) {
    const auto installed = registry.install(std::move(identity), "bench", "in the test",
                                            scriptedFactory(std::move(script)), true);
    EDGE_ASSERT(installed, "names of bench agents differ");
}

Dispatcher& PipelineBench::dispatcher() {
    if (!dispatcher_) {
        auto snapshot = std::make_shared<const PipelineSnapshot>(registry);
        dispatcher_ = std::make_unique<Dispatcher>(std::move(snapshot), server, decisions, limits, observer);
        dispatcher_->createReceiveAgents();
    }
    return *dispatcher_;
}

EventOutcome PipelineBench::connect() {
    ConnectEventArgs args{{session}};
    return loop.run(
        dispatcher().raise(AgentEvent::OnConnect, &SmtpReceiveAgent::onConnect, args, step, nullptr));
}

Task<EventOutcome> PipelineBench::mailTask() {
    if (!mailArgs_)
        mailArgs_.emplace(mailArguments(session, address("sender@fabrikam.com")));
    return dispatcher().raise(AgentEvent::OnMailCommand, &SmtpReceiveAgent::onMailCommand, *mailArgs_, step,
                              nullptr);
}

Task<> PipelineBench::mailTaskOnly() {
    co_await mailTask();
}

EventOutcome PipelineBench::mail(const char* from) {
    mailArgs_.emplace(mailArguments(session, address(from)));
    mailItem.fromAddress = address(from);
    return loop.run(mailTask());
}

EventOutcome PipelineBench::rcpt(const char* to) {
    rcptArgs_.emplace(RcptCommandEventArgs{{session}, mailItem, address(to), {}, {}, {}});
    return loop.run(dispatcher().raise(AgentEvent::OnRcptCommand, &SmtpReceiveAgent::onRcptCommand,
                                       *rcptArgs_, step, &mailItem));
}

EventOutcome PipelineBench::endOfHeaders() {
    EndOfHeadersEventArgs args{{session}, mailItem.headers, mailItem};
    return loop.run(dispatcher().raise(AgentEvent::OnEndOfHeaders, &SmtpReceiveAgent::onEndOfHeaders, args,
                                       step, &mailItem));
}

EventOutcome PipelineBench::endOfData() {
    EndOfDataEventArgs args{{session}, mailItem};
    return loop.run(
        dispatcher().raise(AgentEvent::OnEndOfData, &SmtpReceiveAgent::onEndOfData, args, step, &mailItem));
}

EventOutcome PipelineBench::endOfAuthentication() {
    EndOfAuthenticationEventArgs args{{session}, "LOGIN", "user"};
    return loop.run(dispatcher().raise(AgentEvent::OnEndOfAuthentication,
                                       &SmtpReceiveAgent::onEndOfAuthentication, args, step, nullptr));
}

EventOutcome PipelineBench::reject() {
    RejectEventArgs args{{session}, "MAIL FROM:<x>", AgentEvent::OnMailCommand, ParsingStatus::Complete,
                         {},        nullptr};
    return loop.run(
        dispatcher().raise(AgentEvent::OnReject, &SmtpReceiveAgent::onReject, args, step, nullptr));
}

EventOutcome PipelineBench::disconnect() {
    DisconnectEventArgs args{{session}, DisconnectReason::QuitVerb};
    return loop.run(
        dispatcher().raise(AgentEvent::OnDisconnect, &SmtpReceiveAgent::onDisconnect, args, step, nullptr));
}

EventOutcome PipelineBench::submitted() {
    const QueuedMessageEventArgs args{mailItem};
    return loop.run(
        dispatcher().raise(AgentEvent::OnSubmittedMessage, &RoutingAgent::onSubmittedMessage, args, step));
}

RoutingAddress address(const char* text) {
    const auto parsed = RoutingAddress::parse(text);
    EDGE_ASSERT(parsed, "the test's address is one");
    return *parsed;
}

} // namespace edge::bench
