// The one header that a user agent includes. See docs/writing-an-agent.md; the smallest agent is a class with
// one method.
#pragma once

#include <edge/agent_factory.h>
#include <edge/event_args.h>
#include <edge/event_sources.h>
#include <edge/plugin.h>
#include <edge/resolver.h>
#include <edge/routing_agent.h>
#include <edge/shared.h>
#include <edge/smtp_receive_agent.h>
#include <edge/smtp_server.h>
