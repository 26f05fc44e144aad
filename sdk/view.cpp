#include "theus/view.hpp"

#include <theus/value/edit.hpp>

namespace theus {

view_place view_place::at(std::string_view json_pointer) const {
  const path inner = path::parse(json_pointer).value();
  path whole = at_;
  for (const auto& step : inner.steps()) whole.append(step);
  return {*tree_, std::move(whole)};
}

bool view_place::exists() const { return theus::find(*tree_, at_) != nullptr; }

value view_place::get() const { return theus::get(*tree_, at_).value(); }

std::optional<value> view_place::find() const {
  const value* const found = theus::find(*tree_, at_);
  return found ? std::optional(*found) : std::nullopt;
}

}  // namespace theus
