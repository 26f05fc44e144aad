// The one file that compiles Asio; all others see its declarations only.
#include <boost/asio/impl/src.hpp>
