# EDGE_AGENT_API: which agent API this is, for the stamp of plug-ins (pipeline/plugin.h): the version and a digest of
# every header an agent may include. An edited header makes a new API, whoever forgets to count something up.
file(GLOB_RECURSE EDGE_AGENT_HEADERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/pipeline/*.h)
list(SORT EDGE_AGENT_HEADERS)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${EDGE_AGENT_HEADERS})
set(digests)
foreach(header ${EDGE_AGENT_HEADERS})
  file(SHA256 ${header} digest)
  string(APPEND digests ${digest})
endforeach()
string(SHA256 digest "${digests}")
string(SUBSTRING ${digest} 0 12 digest)
set(EDGE_AGENT_API ${PROJECT_VERSION}-${digest})
