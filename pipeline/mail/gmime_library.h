// GMime is started in one place: whoever is about to call it says so first. Only .cpp files of this folder
// see GMime's own headers.
#pragma once

namespace edge {

// Starts the library once; cheap afterwards, from every thread.
void requireGmime();

} // namespace edge
