// How an agent in a shared library shows itself. One C symbol leads to the agents, and one text in the file,
// the stamp, says what they were built with: the server reads the stamp from the file and compares it before
// anything of the library is loaded, because a class that is laid out differently on both sides is a crash
// and no error.
#pragma once

#include <edge/agent_factory.h>

#include <boost/version.hpp>

#include <memory>
#include <type_traits>

// Says which headers of the agent API these are; edgesim_add_agent() and edgesim's own build define it.
#ifndef EDGE_AGENT_API
#define EDGE_AGENT_API ""
#endif

#define EDGE_PLUGIN_TEXT_OF(x) #x
#define EDGE_PLUGIN_TEXT(x) EDGE_PLUGIN_TEXT_OF(x)

#if defined(__clang__)
#define EDGE_PLUGIN_COMPILER "clang " EDGE_PLUGIN_TEXT(__clang_major__)
#else
#define EDGE_PLUGIN_COMPILER "g++ " EDGE_PLUGIN_TEXT(__GNUC__)
#endif

#if defined(_GLIBCXX_DEBUG)
#define EDGE_PLUGIN_LIBRARY "libstdc++ in debug mode"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define EDGE_PLUGIN_LIBRARY "libstdc++"
#elif defined(_GLIBCXX_USE_CXX11_ABI)
#define EDGE_PLUGIN_LIBRARY "libstdc++ with the strings of before C++11"
#else
#define EDGE_PLUGIN_LIBRARY "another"
#endif

#if defined(BOOST_ASIO_SEPARATE_COMPILATION)
#define EDGE_PLUGIN_ASIO_SEPARATE "separate"
#else
#define EDGE_PLUGIN_ASIO_SEPARATE "in headers"
#endif
#if defined(BOOST_ASIO_NO_DEPRECATED)
#define EDGE_PLUGIN_ASIO_DEPRECATED ""
#else
#define EDGE_PLUGIN_ASIO_DEPRECATED ", deprecated parts"
#endif
#if defined(BOOST_ASIO_DISABLE_THREADS)
#define EDGE_PLUGIN_ASIO_THREADS ", no threads"
#else
#define EDGE_PLUGIN_ASIO_THREADS ""
#endif
#if defined(BOOST_ASIO_ENABLE_HANDLER_TRACKING)
#define EDGE_PLUGIN_ASIO_TRACKING ", handler tracking"
#else
#define EDGE_PLUGIN_ASIO_TRACKING ""
#endif

#if defined(__SANITIZE_ADDRESS__)
#define EDGE_PLUGIN_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define EDGE_PLUGIN_SANITIZER "thread"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EDGE_PLUGIN_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define EDGE_PLUGIN_SANITIZER "thread"
#endif
#endif
#ifndef EDGE_PLUGIN_SANITIZER
#define EDGE_PLUGIN_SANITIZER "none"
#endif

// What stands before the stamp in the file; no other text has these lines.
#define EDGE_PLUGIN_MARK "\nedgesim agent plug-in\n"

// A line for each thing that must be the same on both sides: "compiler=g++ 12".
#define EDGE_PLUGIN_STAMP                                                                                    \
    EDGE_PLUGIN_MARK                                                                                         \
    "agent API=" EDGE_AGENT_API "\n"                                                                         \
    "compiler=" EDGE_PLUGIN_COMPILER "\n"                                                                    \
    "standard library=" EDGE_PLUGIN_LIBRARY "\n"                                                             \
    "Boost=" BOOST_LIB_VERSION "\n"                                                                          \
    "Asio=" EDGE_PLUGIN_ASIO_SEPARATE EDGE_PLUGIN_ASIO_DEPRECATED EDGE_PLUGIN_ASIO_THREADS                   \
        EDGE_PLUGIN_ASIO_TRACKING "\n"                                                                       \
    "sanitizer=" EDGE_PLUGIN_SANITIZER "\n"

namespace edge {

// Makes one factory of a plug-in. May throw: the installation fails then.
using PluginMaker = std::shared_ptr<AgentFactory> (*)();

// T is a class derived from AgentFactory, or an agent that shares nothing between sessions.
template <class T>
std::shared_ptr<AgentFactory> makePluginFactory() {
    if constexpr (std::is_base_of_v<AgentFactory, T>) {
        return std::make_shared<T>();
    } else {
        static_assert(std::is_base_of_v<SmtpReceiveAgent, T> || std::is_base_of_v<RoutingAgent, T>,
                      "EDGE_AGENT_PLUGIN names agents and factories of agents");
        return std::make_shared<SimpleAgentFactory<T>>();
    }
}

// In the order of EDGE_AGENT_PLUGIN, nullptr behind the last.
template <class... T>
inline constexpr PluginMaker kPluginMakers[] = {&makePluginFactory<T>..., nullptr};

} // namespace edge

// Once in a shared library, outside of namespaces: the agents or factories it holds, by the names under which
// Install-TransportAgent -TransportAgentFactory finds them.
#define EDGE_AGENT_PLUGIN(...)                                                                               \
    static_assert(sizeof(EDGE_AGENT_API) > 1,                                                                \
                  "build agents with edgesim_add_agent() of the edgesim package");                           \
    extern "C" {                                                                                             \
    __attribute__((visibility("default"))) extern const char edgesim_agent_stamp[];                          \
    __attribute__((visibility("default"))) extern const edge::PluginMaker* const edgesim_agent_plugin;       \
    const char edgesim_agent_stamp[] = EDGE_PLUGIN_STAMP "factories=" #__VA_ARGS__ "\n";                     \
    const edge::PluginMaker* const edgesim_agent_plugin = edge::kPluginMakers<__VA_ARGS__>;                  \
    }
