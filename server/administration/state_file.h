// The script in which a server without --config keeps its state: written whole, atomically and durably at
// each change, read at the next start like any edge.ps1.
#pragma once

#include <edge/base/file_system.h>

#include <string>

namespace edge {

// Replaces the file at `path`: a reader, and a power cut, see the old text or the new one, never a part.
Result<> writeFileDurably(FileSystem& files, const std::string& path, std::string_view text);
// The whole file; NotFound where there is none, LimitExceeded above `limit` octets.
Result<std::string> readWholeFile(FileSystem& files, const std::string& path, std::uint64_t limit);

} // namespace edge
