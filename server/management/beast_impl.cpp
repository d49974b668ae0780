// Boost.Beast, compiled here and nowhere else (BOOST_BEAST_SEPARATE_COMPILATION): other files parse its
// declarations only.
#include <boost/beast/src.hpp>
