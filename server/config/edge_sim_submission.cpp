#include <edge/config/schema.h>
#include <edge/server/config/transport_server.h>

namespace edge {

const NounSchema& edgeSimSubmissionSchema() {
    using P = Parameter<EdgeSimSubmission>;
    constexpr Duration kShortest = std::chrono::minutes(1);
    constexpr Duration kLongest = std::chrono::days(3650);
    static const ObjectSchema<EdgeSimSubmission> schema({
        .noun = "EdgeSimSubmission",
        .sentence = "Where accepted messages are written as replay files, and how much may lie there.",
        .source = "edgesim's own",
        .parameters =
            {
                P("ReplayDirectory", &EdgeSimSubmission::replayDirectory,
                  "Folder of the replay files; a relative path lies below the data directory.")
                    .maxLength(1024),
                P("ReplayQuota", &EdgeSimSubmission::replayQuota,
                  "Size of all replay files together at which MAIL is answered 452.")
                    .range(1024 * 1024, std::int64_t{1} << 50),
                P("ReplayMaxFiles", &EdgeSimSubmission::replayMaxFiles,
                  "Number of replay files at which MAIL is answered 452.")
                    .count()
                    .range(1, 100'000'000),
                P("ReplayRetention", &EdgeSimSubmission::replayRetention,
                  "Age at which replay files are removed; Unlimited keeps them.")
                    .unlimited()
                    .range(kShortest, kLongest),
            },
        .validate = [](const EdgeSimSubmission& submission, const Configuration&) -> Result<> {
            if (submission.replayDirectory.empty())
                return Error{Errc::InvalidArgument, "accepted messages need a -ReplayDirectory"};
            return {};
        },
    });
    return schema;
}

} // namespace edge
