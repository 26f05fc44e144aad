#include "theus/runtime/engine.hpp"

#include <mutex>

#include "theus/runtime/promise_token.hpp"

#include "engine_core.hpp"
#include "request_checks.hpp"

namespace theus {
class engine::impl {
 public:
  impl(engine_options options, const registry& what, journal::store& store, wall_clock& clock,
       entropy& random, engine_executors where)
      : core_(std::make_shared<engine_core>(std::move(options), what, store, clock, random,
                                            std::move(where))) {}

  engine_core& core() { return *core_; }

  template <class Function>
  void at(const std::string& workflow_id, Function f) {
    core_->post_to_shard(core_->shard_of(journal::shard_key_of(workflow_id)), std::move(f));
  }
  // Answers on an executor of the engine, as everything else does.
  template <class T>
  void refuse(callback<T> done, error why) {
    core_->post(core_->where.shards.front(),
                [done = answer<T>(std::move(done)), why = std::move(why)]() mutable { done(why); });
  }
  // Blobs that the payload mentions stay until `done` is called: from then on its record keeps
  // them.
  template <class T>
  result<void> pinned(const journal::payload& value, callback<T>& done) {
    auto pins = std::make_shared<blob_pins>();
    blob_store blobs(core_->checkpoints.archive(), pins);
    if (auto held = blobs.pin_all_in(value); !held) return held;
    if (pins->empty()) return {};
    done = [done = std::move(done), pins = std::move(pins)](result<T> answered) {
      done(std::move(answered));
    };
    return {};
  }
  void deliver(std::string workflow_id, journal::event event, callback<void> done) {
    if (auto why = core_->refusal()) return refuse(std::move(done), *why);
    core_->deliver(std::move(workflow_id), std::move(event), answer<void>(std::move(done)));
  }
  // Something about the whole run, and why.
  void tell(std::string workflow_id, const std::string& reason, journal::event event,
            callback<void> done) {
    if (const auto fault = find_reason_fault(workflow_id, reason, core_->options.bounds)) {
      return refuse(std::move(done), *fault);
    }
    deliver(std::move(workflow_id), std::move(event), std::move(done));
  }

 private:
  std::shared_ptr<engine_core> core_;
};

engine::engine(engine_options options, const registry& what, journal::store& store,
               wall_clock& clock, entropy& random, engine_executors where)
    : impl_(std::make_unique<impl>(std::move(options), what, store, clock, random,
                                   std::move(where))) {}

engine::~engine() = default;

result<void> engine::open() { return impl_->core().open(); }

void engine::stop(std::function<void()> done) { impl_->core().stop(std::move(done)); }

void engine::start(start_request request, callback<start_reply> done) {
  engine_core& core = impl_->core();
  if (const auto fault = find_fault(request, core.what, core.options.bounds)) {
    return impl_->refuse(std::move(done), *fault);
  }
  if (auto why = core.refusal()) return impl_->refuse(std::move(done), *why);
  if (auto held = impl_->pinned(request.arguments, done); !held) {
    return impl_->refuse(std::move(done), held.error());
  }
  if (request.signal) {
    if (auto held = impl_->pinned(request.signal->value, done); !held) {
      return impl_->refuse(std::move(done), held.error());
    }
  }
  const std::string workflow_id = request.workflow_id;
  impl_->at(workflow_id,
            [request = std::move(request), done = answer<start_reply>(std::move(done))](
                shard& s) mutable { s.start(std::move(request), std::move(done)); });
}

void engine::signal(signal_request request, callback<void> done) {
  if (const auto fault = find_fault(request, impl_->core().options.bounds)) {
    return impl_->refuse(std::move(done), *fault);
  }
  if (auto held = impl_->pinned(request.value, done); !held) {
    return impl_->refuse(std::move(done), held.error());
  }
  journal::signal_received event{std::move(request.name), std::move(request.value), std::nullopt,
                                 std::move(request.request_id)};
  impl_->deliver(std::move(request.workflow_id), std::move(event), std::move(done));
}

void engine::cancel(std::string workflow_id, std::string reason, callback<void> done) {
  impl_->tell(std::move(workflow_id), reason, journal::cancel_requested{reason}, std::move(done));
}

void engine::terminate(std::string workflow_id, std::string reason, callback<void> done) {
  impl_->tell(std::move(workflow_id), reason, journal::terminated{reason}, std::move(done));
}

void engine::pause(std::string workflow_id, std::string reason, callback<void> done) {
  impl_->tell(std::move(workflow_id), reason, journal::paused{reason}, std::move(done));
}

void engine::resume(std::string workflow_id, callback<void> done) {
  impl_->tell(std::move(workflow_id), {}, journal::resumed{}, std::move(done));
}

void engine::settle(settle_request request, callback<void> done) {
  if (const auto fault = find_fault(request, impl_->core().options.bounds)) {
    return impl_->refuse(std::move(done), *fault);
  }
  if (auto why = impl_->core().refusal()) return impl_->refuse(std::move(done), *why);
  if (const auto* value = std::get_if<journal::payload>(&request.outcome)) {
    if (auto held = impl_->pinned(*value, done); !held) {
      return impl_->refuse(std::move(done), held.error());
    }
  }
  const auto token = promise_token::parse(request.token).value();
  impl_->core().deliver(token.run,
                        journal::promise_settled{token.command, std::move(request.outcome)},
                        answer<void>(std::move(done)));
}

void engine::update(update_request request, callback<update_reply> done) {
  engine_core& core = impl_->core();
  if (const auto fault = find_fault(request, core.options.bounds)) {
    return impl_->refuse(std::move(done), *fault);
  }
  if (auto why = core.refusal()) return impl_->refuse(std::move(done), *why);
  if (auto held = impl_->pinned(request.arguments, done); !held) {
    return impl_->refuse(std::move(done), held.error());
  }
  if (request.start) {
    if (const auto fault = find_fault(*request.start, core.what, core.options.bounds)) {
      return impl_->refuse(std::move(done), *fault);
    }
    if (request.start->policy != id_policy::reject || request.start->signal) {
      return impl_->refuse(std::move(done), {errc::bad_input,
                                             "a start with an update has no policy "
                                             "and no signal of its own"});
    }
    if (request.start->workflow_id != request.workflow_id) {
      return impl_->refuse(std::move(done), {errc::bad_input,
                                             "the run to start and the run to "
                                             "update have different workflow ids"});
    }
    if (auto held = impl_->pinned(request.start->arguments, done); !held) {
      return impl_->refuse(std::move(done), held.error());
    }
  }
  if (request.update_id.empty()) request.update_id = core.new_update_id();
  const std::string workflow_id = request.workflow_id;
  impl_->at(workflow_id,
            [request = std::move(request), done = answer<update_reply>(std::move(done))](
                shard& s) mutable { s.update(std::move(request), std::move(done)); });
}

void engine::wait(std::string workflow_id, callback<run_outcome> done) {
  if (auto why = impl_->core().refusal(); why && why->code != errc::disk_full) {
    return impl_->refuse(std::move(done), *why);
  }
  impl_->at(workflow_id, [workflow_id, done = answer<run_outcome>(std::move(done))](
                             shard& s) mutable { s.wait(workflow_id, std::move(done)); });
}

void engine::query(query_request request, callback<journal::payload> done) {
  engine_core& core = impl_->core();
  if (const auto fault = find_fault(request, core.options.bounds)) {
    return impl_->refuse(std::move(done), *fault);
  }
  if (auto why = core.refusal(); why && why->code != errc::disk_full) {
    return impl_->refuse(std::move(done), *why);
  }
  const std::string id = request.id;
  impl_->at(id, [request = std::move(request), done = answer<journal::payload>(std::move(done))](
                    shard& s) mutable { s.query(std::move(request), std::move(done)); });
}

void engine::stuck(callback<std::vector<stuck_run>> done) {
  struct gathering {
    std::mutex mutex;
    std::vector<stuck_run> found;
    std::size_t missing = 0;
    answer<std::vector<stuck_run>> done;
  };
  engine_core& core = impl_->core();
  auto all = std::make_shared<gathering>();
  all->missing = core.shard_count();
  all->done = answer<std::vector<stuck_run>>(std::move(done));
  for (std::uint32_t i = 0; i < core.shard_count(); ++i) {
    core.post_to_shard(i, [all](shard& s) {
      auto some = s.stuck();
      bool is_last = false;
      {
        const std::lock_guard lock(all->mutex);
        all->found.insert(all->found.end(), std::make_move_iterator(some.begin()),
                          std::make_move_iterator(some.end()));
        is_last = --all->missing == 0;
      }
      if (is_last) all->done(std::move(all->found));
    });
  }
}

void engine::retry_now(std::string workflow_id, callback<void> done) {
  if (auto why = impl_->core().refusal()) return impl_->refuse(std::move(done), *why);
  impl_->at(workflow_id, [workflow_id, done = answer<void>(std::move(done))](shard& s) mutable {
    s.retry_now(workflow_id, std::move(done));
  });
}

void engine::take_checkpoint(journal::run_id run, callback<taken_checkpoint> done) {
  impl_->core().checkpoints.take(run, answer<taken_checkpoint>(std::move(done)));
}

void engine::verify_checkpoint(const journal::checkpoint_id& id, callback<void> done) {
  impl_->core().checkpoints.verify(id, answer<void>(std::move(done)));
}

void engine::trim(journal::run_id run, callback<journal::sequence> done) {
  impl_->core().checkpoints.trim(run, answer<journal::sequence>(std::move(done)));
}

engine_counters engine::counters() const {
  const auto& count = impl_->core().count;
  engine_counters seen;
  seen.turns = count.turns;
  seen.records = count.records;
  seen.appends = count.appends;
  seen.activities_run = count.activities_run;
  seen.timers_fired = count.timers_fired;
  seen.evictions = count.evictions;
  seen.replays = count.replays;
  seen.mismatches = count.mismatches;
  seen.checkpoints = count.checkpoints;
  seen.queries = count.queries;
  seen.stuck = static_cast<std::uint64_t>(count.stuck.load());
  seen.frames = static_cast<std::uint64_t>(count.frames.load());
  return seen;
}

blob_store engine::blobs() { return blob_store(impl_->core().checkpoints.archive()); }

journal::epoch engine::owner() const { return impl_->core().owner(); }

void engine::on_report(std::function<void(const std::string& line)> sink) {
  impl_->core().on_report(std::move(sink));
}

}  // namespace theus
