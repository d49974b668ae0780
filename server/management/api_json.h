// The management API's messages as JSON, in both directions. A request with a member that we do not know is
// refused: a misspelt option must not be ignored. In answers unknown members pass, so that an older shell
// understands a newer server.
#pragma once

#include <edge/base/result.h>
#include <edge/server/management/cmdlet_request.h>
#include <edge/server/management/completion.h>
#include <edge/server/management/server_info.h>

#include <string>
#include <string_view>

namespace edge {

// A terminal's width; what is outside makes no table.
inline constexpr int kMinWidth = 20;
inline constexpr int kMaxWidth = 1000;

std::string toJson(const CmdletRequest& request);
std::string toJson(const CmdletReply& reply);
std::string toJson(const CompletionRequest& request);
std::string toJson(const CompletionReply& reply);
std::string toJson(const ServerInfo& info);
// {"text": "..."}: is this a whole statement, or does the shell ask for more?
std::string needsMoreToJson(std::string_view text);
std::string needsMoreReplyToJson(bool needsMore);

// Errors: Malformed when it is not JSON, InvalidArgument when it is not this message.
Result<CmdletRequest> parseCmdletRequest(std::string_view json);
Result<CmdletReply> parseCmdletReply(std::string_view json);
Result<CompletionRequest> parseCompletionRequest(std::string_view json);
Result<CompletionReply> parseCompletionReply(std::string_view json);
Result<ServerInfo> parseServerInfo(std::string_view json);
Result<std::string> parseNeedsMore(std::string_view json);
Result<bool> parseNeedsMoreReply(std::string_view json);
// The "detail" of a problem, or nothing where the body is no problem.
std::string problemDetail(std::string_view json);

} // namespace edge
