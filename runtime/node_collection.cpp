#include <algorithm>
#include <deque>
#include <optional>

#include "theus/runtime/node_archive.hpp"
#include <theus/value/blob_nodes.hpp>

// Mark and sweep over the nodes of checkpoints and blobs.
//
// Marking begins at the roots of all checkpoints, at the blobs that records mention and at what
// savings have put or rely on, and ends,
// in one moment, when nothing is left to be looked at: from then on every node that is not alive is
// going to be erased, and savings are told that it is not there. Those put it once more, which
// makes it alive.
//
// Sweeping erases a node only with or after all that refer to it, so that at any moment, and after
// a crash at any moment, all below a stored node is stored.
namespace theus {
namespace {

using journal::checkpoint_id;
using journal::hash256;

constexpr std::size_t checkpoints_per_page = 256;
constexpr std::size_t blobs_per_page = 1'024;
constexpr std::size_t nodes_per_page = 1'024;
constexpr std::size_t nodes_per_erasure = 256;

}  // namespace

class node_archive::collection {
 public:
  collection(node_archive& archive, const std::stop_token& stop)
      : archive_(archive), kept_(archive.kept_), since_(kept_.opened()), stop_(stop) {}
  ~collection() {
    hashes alive;  // freed while nobody waits
    const std::lock_guard lock(archive_.mutex_);
    archive_.phase_ = phase::idle;
    archive_.alive_.swap(alive);
    archive_.grey_.clear();
  }
  collection(const collection&) = delete;
  collection& operator=(const collection&) = delete;

  result<collected> run() {
    for (const auto step :
         {&collection::mark_blobs, &collection::mark_checkpoints, &collection::mark_savings,
          &collection::find_dead, &collection::count_parents, &collection::erase_dead}) {
      if (auto done = (this->*step)(); !done) return done.error();
      if (stop_.stop_requested() || !may_sweep_) return report();
    }
    report_.finished = true;
    return report();
  }

 private:
  struct sized_node {
    hash256 hash;
    std::size_t size;
  };

  collected report() {
    const std::lock_guard lock(archive_.mutex_);
    report_.marked = archive_.alive_.size();
    return std::move(report_);
  }

  result<void> mark_checkpoints() {
    for (std::optional<checkpoint_id> after;;) {
      const auto page = kept_.checkpoints_after(after, checkpoints_per_page);
      if (!page) return page.error();
      if (page->empty()) return {};
      for (const checkpoint_id& id : *page) {
        if (auto done = mark_checkpoint(id); !done) return done;
        if (stop_.stop_requested()) return {};
      }
      after = page->back();
    }
  }

  // What cannot be read is told apart from a disk that fails.
  result<void> mark_checkpoint(const checkpoint_id& id) {
    const auto row = kept_.checkpoint(id);
    if (!row) return note_damage(id, row.error());
    if (!*row) return {};  // erased meanwhile
    ++report_.checkpoints;
    for (const hash256& root : (*row)->roots) {
      if (auto done = mark_below(root); !done) return note_damage(id, done.error());
    }
    return {};
  }

  static bool is_damage(const error& what) {
    return what.code == errc::corrupt || what.code == errc::not_found;
  }

  result<void> note_damage(const checkpoint_id& id, const error& what) {
    if (!is_damage(what)) return what;
    report_.damaged.push_back({id, what});
    const std::lock_guard lock(archive_.mutex_);
    may_sweep_ = may_sweep_ && archive_.given_up_.contains(id);
    return {};
  }

  // Whoever mentions a blob keeps it until the row is there to be seen. One that is not stored was
  // made up: nobody gets it past the runtime.
  result<void> mark_blobs() {
    for (std::optional<journal::blob_row> after; !stop_.stop_requested();) {
      const auto page = kept_.blobs(after, blobs_per_page);
      if (!page) return page.error();
      if (page->empty()) return {};
      for (const journal::blob_row& row : *page) {
        if (auto done = mark_blob(row.blob); !done) return done;
      }
      after = page->back();
    }
    return {};
  }

  result<void> mark_blob(const hash256& root) {
    {
      const std::lock_guard lock(archive_.mutex_);
      if (archive_.alive_.contains(root)) return {};
    }
    const auto held = kept_.holds_node(root);
    if (!held) return held.error();
    return *held ? mark_below(root, true) : result<void>();
  }

  void note_damaged_blob(const hash256& root, const error& what) {
    if (!damaged_blobs_.insert(root).second) return;
    report_.damaged_blobs.push_back({what.code, "blob " + root.to_string() + ": " + what.message});
  }

  // Until there is nothing more; then the sweep begins in the same moment.
  result<void> mark_savings() {
    for (;;) {
      std::vector<hash256> grey;
      {
        const std::lock_guard lock(archive_.mutex_);
        grey.swap(archive_.grey_);
        if (grey.empty()) {
          archive_.phase_ = phase::sweeping;
          return {};
        }
      }
      for (const hash256& node : grey) {
        // A saving may have asked for what is not there.
        const auto held = kept_.holds_node(node);
        if (!held) return held.error();
        if (!*held) continue;
        if (auto done = mark_below(node); !done) return done;
        if (stop_.stop_requested()) return {};
      }
    }
  }

  // Everything that can be reached. Damage is the answer then; that of a blob concerns nothing else
  // and is told.
  result<void> mark_below(const hash256& root, bool is_blob = false) {
    struct place {
      hash256 node;
      std::optional<hash256> blob;  // that it is a part of
    };
    std::vector<place> left{{root, is_blob ? std::optional(root) : std::nullopt}};
    std::optional<error> damage;
    while (!left.empty() && !stop_.stop_requested()) {
      const place here = left.back();
      left.pop_back();
      {
        const std::lock_guard lock(archive_.mutex_);
        if (!archive_.alive_.insert(here.node).second) continue;
      }
      const auto bytes = archive_.get(here.node);
      const auto references =
          bytes ? references_of(*bytes) : result<std::vector<hash256>>(bytes.error());
      if (!references) {
        if (!is_damage(references.error())) return references.error();
        if (here.blob) {
          note_damaged_blob(*here.blob, references.error());
        } else if (!damage) {
          damage = references.error();
        }
        continue;
      }
      if (refers_to_chunks(*bytes)) {  // that is most of what is stored, and need not be read
        const std::lock_guard lock(archive_.mutex_);
        archive_.alive_.insert(references->begin(), references->end());
        continue;
      }
      const std::vector<hash256> blobs = blobs_below(*bytes);
      const bool is_blob_root = !here.blob && decode_blob_node(*bytes).has_value();
      for (const hash256& each : *references) {
        std::optional<hash256> blob = here.blob;
        if (!blob && std::ranges::find(blobs, each) != blobs.end()) {
          blob = is_blob_root ? here.node : each;
        }
        left.push_back({each, blob});
      }
    }
    if (damage) return *damage;
    return {};
  }

  // What is stored by now stays for those that were given up, whoever else needs it: all below it
  // is stored, too, and has to stay with it.
  result<void> spare() {
    std::set<checkpoint_id> met;
    for (const auto& each : report_.damaged) met.insert(each.checkpoint);
    {
      const std::lock_guard lock(archive_.mutex_);
      archive_.given_up_ = met;
    }
    if (met.empty()) archive_.spared_.clear();
    const bool is_known = std::ranges::includes(archive_.spared_for_, met);
    archive_.spared_for_.clear();
    for (std::optional<hash256> after; !is_known && !stop_.stop_requested();) {
      const auto page = kept_.nodes_after(after, nodes_per_page);
      if (!page) return page.error();
      if (page->empty()) break;
      archive_.spared_.insert(page->begin(), page->end());
      after = page->back();
    }
    if (!stop_.stop_requested()) archive_.spared_for_ = std::move(met);
    return {};
  }

  result<void> find_dead() {
    if (auto done = spare(); !done) return done;
    for (std::optional<hash256> after; !stop_.stop_requested();) {
      const auto page = kept_.nodes_after(after, nodes_per_page);
      if (!page) return page.error();
      if (page->empty()) return {};
      const std::lock_guard lock(archive_.mutex_);
      for (const hash256& node : *page) {
        if (archive_.alive_.contains(node)) continue;
        if (archive_.spared_.contains(node)) {
          ++report_.spared;
        } else {
          dead_.emplace(node, 0);
        }
      }
      after = page->back();
    }
    return {};
  }

  result<void> count_parents() {
    for (const auto& [node, parents] : dead_) {
      if (stop_.stop_requested()) return {};
      std::size_t size = 0;
      const auto below = below_dead(node, size);
      if (!below) return below.error();
      for (const hash256& child : *below) ++dead_.at(child);
    }
    for (const auto& [node, parents] : dead_) {
      if (parents == 0) free_.push_back(node);
    }
    return {};
  }

  // Those of the dead that a dead node refers to, each as often as it does. What is damaged refers
  // to nothing: nobody can rely on it.
  result<std::vector<hash256>> below_dead(const hash256& node, std::size_t& size) const {
    std::vector<hash256> below;
    const auto bytes = kept_.node(node);
    if (!bytes && bytes.error().code != errc::corrupt) return bytes.error();
    if (!bytes || !*bytes) return below;
    size = (*bytes)->size();
    const auto references = references_of(**bytes);
    if (!references && references.error().code != errc::corrupt) return references.error();
    if (!references) return below;
    for (const hash256& child : *references) {
      if (dead_.contains(child)) below.push_back(child);
    }
    return below;
  }

  result<void> erase_dead() {
    while (!free_.empty() && !stop_.stop_requested()) {
      std::vector<sized_node> batch;
      std::vector<hash256> below;
      while (!free_.empty() && batch.size() < nodes_per_erasure) {
        const hash256 node = free_.front();
        free_.pop_front();
        std::size_t size = 0;
        const auto children = below_dead(node, size);
        if (!children) return children.error();
        batch.push_back({node, size});
        below.insert(below.end(), children->begin(), children->end());
      }
      if (auto done = erase(batch); !done) return done;
      for (const hash256& child : below) {
        if (--dead_.at(child) == 0) free_.push_back(child);
      }
    }
    return {};
  }

  // A node that was put once more meanwhile stays, and so does what that put it needs.
  result<void> erase(const std::vector<sized_node>& batch) {
    std::vector<hash256> going;
    std::uint64_t bytes = 0;
    // Held until they are gone: a saving that puts one of them now writes it behind.
    const std::lock_guard lock(archive_.mutex_);
    for (const sized_node& each : batch) {
      if (archive_.alive_.contains(each.hash)) continue;
      going.push_back(each.hash);
      bytes += each.size;
    }
    if (auto done = kept_.erase_nodes(going, since_); !done) return done;
    report_.swept += going.size();
    report_.bytes += bytes;
    return {};
  }

  node_archive& archive_;
  journal::checkpoint_store& kept_;
  const journal::opening since_;
  const std::stop_token stop_;
  collected report_;
  hashes damaged_blobs_;  // in the report
  bool may_sweep_ = true;
  parent_counts dead_;
  std::deque<hash256> free_;  // no dead node that is still there refers to them
};

result<collected> node_archive::collect(const std::stop_token& stop) {
  std::optional<collection> one;  // ends what it began, whatever happens
  {
    const std::lock_guard lock(mutex_);
    if (phase_ != phase::idle) {
      return error{errc::bad_input, "another collection of nodes is under way"};
    }
    phase_ = phase::marking;
    one.emplace(*this, stop);
    for (const saving* each : savings_) {
      alive_.insert(each->put_.begin(), each->put_.end());
      grey_.insert(grey_.end(), each->relied_on_.begin(), each->relied_on_.end());
    }
  }
  return one->run();
}

}  // namespace theus
