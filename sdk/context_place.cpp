#include "theus/context_place.hpp"

#include "theus/runtime/machine.hpp"

namespace theus {

context_place context_place::at(std::string_view json_pointer) const {
  const path inner = path::parse(json_pointer).value();
  path whole = at_;
  for (const auto& step : inner.steps()) whole.append(step);
  return {*owner_, std::move(whole)};
}

value context_place::get() const {
  return owner_->is_open() ? owner_->current().context().get(at_) : value();
}

std::optional<value> context_place::find() const {
  return owner_->is_open() ? owner_->current().context().find(at_) : std::nullopt;
}

void context_place::patch(const map& changes) const {
  owner_->act("writing the Context");
  if (owner_->is_open()) owner_->current().context().patch(at_, changes);
}

bool context_place::erase() const {
  owner_->act("writing the Context");
  return owner_->is_open() && owner_->current().context().erase(at_);
}

void context_place::put_value(value v) const {
  owner_->act("writing the Context");
  if (owner_->is_open()) owner_->current().context().put(at_, std::move(v));
}

}  // namespace theus
