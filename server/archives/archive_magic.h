// The quick look: could these octets be an archive? Most attachments are texts, pictures and documents whose
// first octets say so; they never travel to the helper process. Saying yes too often costs a look in the
// helper, saying no to an archive would be a hole, so every format that archive_names reads has its mark
// here.
#pragma once

#include <cstddef>
#include <string_view>

namespace edge {

// How many octets of a file the quick look wants: an ISO 9660 image has its mark behind 32 KiB.
inline constexpr std::size_t kArchiveHead = 36 * 1024;

// True when `head`, the beginning of a file or all of it, has the mark of an archive, of a compressed file or
// of a program that may carry an archive behind itself. The end is looked at too: a ZIP has its directory
// there, and whatever stands in front of it does no harm to it.
bool mayBeArchive(std::string_view head);

// "GZIP" and the like for octets that begin as a compressed file beyond doubt; empty for all others, among
// them compress and lzma, whose marks are too short to mean much.
std::string_view compressionMark(std::string_view bytes);

// True when a ZIP directory's end mark is where a reader looks for it.
bool endsAsZip(std::string_view bytes);

} // namespace edge
