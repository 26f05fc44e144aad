#include <stdexcept>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/update_body.hpp"
#include "theus/runtime/update_type.hpp"

// Updates of a run: what is bound to their names runs as tasks of the root scope.
namespace theus {
namespace {

std::size_t size_of(const std::variant<journal::payload, journal::failure_info>& answer) {
  const auto* value = std::get_if<journal::payload>(&answer);
  return value ? value->size() : std::get<journal::failure_info>(answer).message.size();
}

}  // namespace

const update_type* workflow_type::find_update(std::string_view name) const {
  const auto found = updates_.find(name);
  return found == updates_.end() ? nullptr : found->second.get();
}

std::shared_ptr<const workflow_type> workflow_type::with(
    std::shared_ptr<const update_type> update) const {
  auto more = copy();
  const std::string name = update->name();
  if (!more->updates_.emplace(name, std::move(update)).second) return nullptr;
  return more;
}

const machine::seen_update* machine::find_update(std::string_view update_id) const {
  const auto found = updates_.find(update_id);
  return found == updates_.end() ? nullptr : &found->second;
}

void machine::on_event(const journal::update_accepted& e) {
  updates_.try_emplace(e.update_id);
  ++open_updates_;
  const update_type* handler = type_.find_update(e.name);
  if (!handler) {
    return note_bug("unknown_update", "nothing is bound to the update '" + e.name +
                                          "' of workflow '" + type_.name() + "'");
  }
  try {
    handler->instantiate(*this, e.update_id, e.arguments)->start(body_->promise().lane());
  } catch (const std::exception& error) {
    note_bug(error);
  }
}

void machine::complete_update(const std::string& update_id, journal::payload answer,
                              reencode_function reencode) {
  close_update({update_id, std::move(answer)}, reencode);
}

void machine::fail_update(const std::string& update_id, const std::exception_ptr& error) {
  bool is_cancelled = false;
  close_update({update_id, info_of(error, is_cancelled)}, nullptr);
}

// Who repeats one is answered from here, or from the journal where that is long ago.
void machine::close_update(journal::complete_update done, reencode_function reencode) {
  seen_update& seen = updates_[done.update_id];
  seen.is_open = false;
  --open_updates_;
  seen.answer = done.outcome;
  answered_.push_back(done.update_id);
  answer_bytes_ += size_of(*seen.answer);
  while (answered_.size() > most_answers ||
         (answer_bytes_ > most_answer_bytes && answered_.size() > 1)) {
    seen_update& oldest = updates_[answered_.front()];
    answer_bytes_ -= size_of(*oldest.answer);
    oldest.answer.reset();
    answered_.pop_front();
  }
  issue(std::move(done), reencode, {});
}

void update_body::keep_result() {
  try {
    owner_.complete_update(update_id_, encode_result(), reencode_result());
  } catch (const std::exception& e) {
    owner_.note_bug(e);
  }
}

void update_body::keep_failure() {
  try {
    owner_.fail_update(update_id_, error());
  } catch (const std::exception& e) {
    owner_.note_bug(e);
  } catch (...) {
    owner_.note_unknown_bug();
  }
}

}  // namespace theus
