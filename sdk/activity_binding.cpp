#include "theus/activity_binding.hpp"

#include <typeinfo>

#include <boost/core/demangle.hpp>

#include "theus/runtime/errors.hpp"

namespace theus {

attempt_failure failure_of(const failure& e) {
  return {{e.type(), e.what(), {}}, e.is_retryable(), e.next_delay()};
}

attempt_failure failure_of(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const failure& e) {
    return failure_of(e);
  } catch (const codec_error& e) {
    return {{"codec_error", e.what(), {}}, false};
  } catch (const std::exception& e) {
    return {{boost::core::demangle(typeid(e).name()), e.what(), {}}, true};
  } catch (...) {
    return {{"unknown", "something that is not a std::exception was thrown", {}}, true};
  }
}

}  // namespace theus
