// Task is the one coroutine type: everything that may wait returns it. It is Asio's awaitable, so that
// agents, DNS, queue and driver share cancellation; only this small header of Asio is seen below floor 3.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace edge {

template <class T = void>
using Task = boost::asio::awaitable<T>;

} // namespace edge
