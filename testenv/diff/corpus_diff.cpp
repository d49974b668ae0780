#include <edge/testenv/diff/corpus_diff.h>

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace edge::testenv {
namespace {

// Workers take batches and hand in results; they are counted in the order of the corpus.
class Work {
public:
    Work(const DiffPlan& plan, MailCorpus& corpus, const DiffProgress& progress)
        : plan_(plan)
        , corpus_(corpus)
        , progress_(progress) {}

    void run() {
        try {
            while (auto batch = take())
                handIn(batch->number, judge(batch->messages));
        } catch (...) {
            const std::lock_guard lock(mutex_);
            failure_ = failure_ ? failure_ : std::current_exception();
        }
    }

    DiffTally result() {
        if (failure_)
            std::rethrow_exception(failure_);
        return std::move(tally_);
    }

private:
    struct Batch {
        std::size_t number = 0;
        std::vector<CorpusMessage> messages;
    };

    std::optional<Batch> take() {
        const std::lock_guard lock(mutex_);
        if (failure_)
            return std::nullopt;
        Batch batch{nextBatch_++, {}};
        std::size_t octets = 0;
        while (batch.messages.size() < kDiffBatchMessages && octets < kDiffBatchOctets) {
            auto message = corpus_.next();
            if (!message)
                break;
            octets += message->content.size();
            batch.messages.push_back(std::move(*message));
        }
        return batch.messages.empty() ? std::nullopt : std::optional(std::move(batch));
    }

    std::vector<JudgedMessage> judge(const std::vector<CorpusMessage>& messages) const {
        VerdictLab a(plan_.a);
        VerdictLab b(plan_.b);
        std::vector<JudgedMessage> judged;
        judged.reserve(messages.size());
        for (const auto& message : messages) {
            JudgedMessage each{message.name, message.trouble, {}, {}};
            if (each.trouble.empty()) {
                const auto envelope = envelopeFor(plan_.envelope, plan_.recipient, message.content);
                each.a = a.judge(envelope, message.content);
                each.b = b.judge(envelope, message.content);
            }
            judged.push_back(std::move(each));
        }
        return judged;
    }

    void handIn(std::size_t number, std::vector<JudgedMessage> judged) {
        const std::lock_guard lock(mutex_);
        waiting_.emplace(number, std::move(judged));
        for (auto first = waiting_.begin(); first != waiting_.end() && first->first == nextCounted_;
             first = waiting_.erase(first), ++nextCounted_)
            for (const auto& message : first->second)
                tally_.add(message);
        if (progress_)
            progress_(tally_, corpus_.octetsRead());
    }

    const DiffPlan& plan_;
    MailCorpus& corpus_;
    const DiffProgress& progress_;
    std::mutex mutex_;
    std::size_t nextBatch_ = 0;
    std::size_t nextCounted_ = 0;
    std::map<std::size_t, std::vector<JudgedMessage>> waiting_; // judged before an earlier batch was
    DiffTally tally_;
    std::exception_ptr failure_;
};

} // namespace

DiffTally compareVerdicts(const DiffPlan& plan, MailCorpus& corpus, const DiffProgress& progress) {
    Work work(plan, corpus, progress);
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < plan.threads; ++i)
        threads.emplace_back([&work] { work.run(); });
    work.run();
    for (auto& thread : threads)
        thread.join();
    return work.result();
}

} // namespace edge::testenv
