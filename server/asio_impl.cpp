// Boost.Asio, compiled here and nowhere else (BOOST_ASIO_SEPARATE_COMPILATION): every other file parses only its
// declarations.
#include <boost/asio/impl/src.hpp>
