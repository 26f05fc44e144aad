#include "theus/runtime/errors.hpp"

namespace theus {

activity_failed::activity_failed(std::string activity, std::uint32_t attempt,
                                 journal::failure_info cause)
    : std::runtime_error("activity " + activity + " failed at attempt " + std::to_string(attempt) +
                         ": " + cause.type + ": " + cause.message),
      activity_(std::move(activity)),
      attempt_(attempt),
      cause_(std::move(cause)) {}

}  // namespace theus
