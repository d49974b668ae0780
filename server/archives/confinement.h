// What the archive helper takes away from itself before it looks at the first octet: files, programs, the
// network, memory without end. Whoever takes over the helper through a fault in an unpacker finds a process
// that can compute, answer on one socket, and nothing else.
#pragma once

#include <cstdint>
#include <string>

namespace edge {

// Confines this process for good. The descriptors 0 to 2 stay, and one more may be received. Returns what
// this system would not do, as a sentence; empty when everything is in force. Under sanitizers, which need
// the system calls and the address space, only the harmless part is done.
std::string confineProcess();

// Ends this process when it uses `seconds` more of processor time.
void limitProcessorTime(std::uint64_t seconds);

} // namespace edge
