// Plays a corpus through two configurations. Messages are worked off in batches, each on servers of its own,
// so that what comes of a message depends on its place in the corpus and on nothing else: not on the threads,
// not on the machine.
#pragma once

#include <edge/testenv/diff/diff_tally.h>
#include <edge/testenv/diff/mail_corpus.h>
#include <edge/testenv/diff/mail_envelope.h>
#include <edge/testenv/diff/verdict_lab.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace edge::testenv {

// A batch ends at either; both bound what is in memory, the number also how far the batch's clock runs.
inline constexpr std::size_t kDiffBatchMessages = 256;
inline constexpr std::size_t kDiffBatchOctets = 1UL * 1024 * 1024;

struct DiffPlan {
    JudgeConfiguration a;
    JudgeConfiguration b;
    EnvelopeChoice envelope;
    std::string recipient; // where neither the choice nor a header names one
    std::size_t threads = 1;
};

// Called after each batch, one call at a time: the counts so far, and the octets read.
using DiffProgress = std::function<void(const DiffTally& tally, std::uint64_t octets)>;

// The whole comparison. Throws std::runtime_error where a server cannot be made.
DiffTally compareVerdicts(const DiffPlan& plan, MailCorpus& corpus, const DiffProgress& progress = {});

} // namespace edge::testenv
