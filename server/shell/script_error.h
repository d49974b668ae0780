// ScriptError: the one error of the cmdlet language. It always says where, what kind, and what would have
// been right, so that `edgesim check`, the shell and the console print the same line.
#pragma once

#include <edge/base/result.h>

#include <boost/system/result.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace edge {

enum class ErrorCategory {
    Syntax,      // not a sentence of the language
    Incomplete,  // a sentence that has not ended: the shell asks for more
    Unsupported, // PowerShell or Exchange, but not here
    Cmdlet,      // no such cmdlet
    Parameter,   // no such parameter, twice, missing
    Value,       // a parameter's value is wrong
    Property,    // no such property or variable
    Operation,   // the cmdlet could not do it: not found, exists already, conflict, disk
    Cancelled,   // a prompt was not answered
};

// "syntax", "unsupported", ...
std::string_view toString(ErrorCategory category);
// The category of a failure that the configuration or the server reports.
ErrorCategory categoryOf(Errc code);

struct ScriptError {
    std::string source; // file name, "shell"
    int line = 1;
    int column = 1; // in characters, 1-based
    ErrorCategory category = ErrorCategory::Syntax;
    std::string message;

    // "edge.ps1:3:14: parameter: ..."
    std::string toString() const;
    bool operator==(const ScriptError&) const = default;
};

// boost::system::result calls this when value() is asked of a failure.
[[noreturn]] inline void throw_exception_from_error(const ScriptError& error, const boost::source_location&) {
    throw std::runtime_error(error.toString());
}

template <class T = void>
using ScriptResult = boost::system::result<T, ScriptError>;

// A script with its name; turns offsets into lines and columns.
class SourceText {
public:
    SourceText(std::string text, std::string name)
        : text_(std::move(text))
        , name_(std::move(name)) {}

    const std::string& text() const { return text_; }
    const std::string& name() const { return name_; }
    ScriptError error(std::size_t offset, ErrorCategory category, std::string message) const;

private:
    std::string text_;
    std::string name_;
};

} // namespace edge
