// An expected failure is a value. Policy (what a client is told) is an SmtpResponse, a broken promise of ours
// is EDGE_ASSERT, everything else that may go wrong travels as Result<T>; the three are never mixed.
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace edge {

// Why something failed, coarse enough to branch on; the sentence beside it is for people.
enum class Errc {
    InvalidArgument, // the caller's value is wrong
    NotFound,
    AlreadyExists,
    LimitExceeded, // a named limit was reached
    NoSpace,       // ENOSPC or EDQUOT: may pass by itself
    Io,            // any other disk error
    Timeout,       // a deadline passed
    EndOfStream,   // the peer ended its input in good order
    Reset,         // the peer is gone
    Cancelled,     // we gave up ourselves (shutdown)
    Unavailable,   // the other side refuses or is not there
    Malformed,     // input that is not what it should be
    Unsupported,
};

// An expected failure: a code to branch on and a sentence that a person can act on. Built from two arguments
// always, or Result<int> would take `return 3` for an error.
struct Error {
    Errc code;
    std::string message;

    Error() : code(Errc::Io) {} // boost::system::result asks for it; nobody else makes one
    Error(Errc c, std::string text)
        : code(c)
        , message(std::move(text)) {}
    bool operator==(const Error&) const = default;
};

// boost::system::result calls this when value() is asked of a failure.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

template <class T = void>
using Result = boost::system::result<T, Error>;

} // namespace edge
