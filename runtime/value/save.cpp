#include <string>

#include <theus/value/storage.hpp>

#include "access.hpp"
#include "digest.hpp"
#include "encoding.hpp"
#include "list_node.hpp"
#include "map_node.hpp"
#include "text_node.hpp"

namespace theus {
namespace {

using tree::node;

class saver {
 public:
  explicit saver(node_sink& sink) : sink_(sink) {}

  saved_nodes done;

  // Recursion as deep as the tree (digest.hpp).
  result<void> save(node* n) {
    const journal::hash256 digest = tree::digest_of(n);
    const result<bool> held = sink_.holds(digest);
    if (!held) return held.error();
    if (*held) return {};
    if (auto below = save_below(n); !below) return below;
    encoded_.clear();
    tree::encode_node(encoded_, n);
    return put(digest, encoded_);
  }

  result<void> save_value(const value& v) {
    if (v.is_blob()) return rely_on(v.as_blob());
    node* const n = tree::access::held(v);
    return n != nullptr && tree::stands_alone(n) ? save(n) : result<void>();
  }

  result<void> put(const journal::hash256& digest, const std::string& bytes) {
    auto stored = sink_.put(digest, bytes);
    if (!stored) return stored;
    ++done.nodes;
    done.bytes += bytes.size();
    return {};
  }

  // A blob is stored before anybody can refer to it.
  result<void> rely_on(const blob& b) {
    if (b.empty()) return {};
    const result<bool> held = sink_.holds(b.hash);
    if (!held) return held.error();
    if (*held) return {};
    return error{errc::not_found, "blob " + b.id() + " is not stored"};
  }

 private:
  result<void> save_below(node* n) {
    switch (n->kind) {
      case tree::node_kind::text:
      case tree::node_kind::blob:
        return {};
      case tree::node_kind::leaf: {
        auto* const leaf = static_cast<tree::list_leaf*>(n);
        for (unsigned i = 0; i < leaf->count; ++i)
          if (auto saved = save_value(leaf->values()[i]); !saved) return saved;
        return {};
      }
      case tree::node_kind::inner: {
        auto* const inner = static_cast<tree::list_inner*>(n);
        for (unsigned i = 0; i < inner->count; ++i)
          if (auto saved = save(inner->child()[i]); !saved) return saved;
        return {};
      }
      case tree::node_kind::spine: {
        auto* const spine = static_cast<tree::list_spine*>(n);
        auto saved = save(spine->trie);
        return saved ? save(spine->tail) : saved;
      }
      default: {
        tree::map_node* const m = tree::as_map_node(n);
        for (unsigned i = 0; i < m->entries; ++i)
          if (auto saved = save_value(m->entry()[i].item); !saved) return saved;
        for (unsigned i = 0; i < m->children; ++i)
          if (auto saved = save(m->child()[i]); !saved) return saved;
        return {};
      }
    }
  }

  node_sink& sink_;
  std::string encoded_;
};

}  // namespace

result<saved_nodes> save(const value& v, node_sink& sink) {
  saver saving(sink);
  saving.done.root = v.root();
  node* const n = tree::access::held(v);
  if (n != nullptr && tree::stands_alone(n)) {
    if (auto saved = saving.save(n); !saved) return saved.error();
    return saving.done;
  }
  const result<bool> held = sink.holds(saving.done.root);
  if (!held) return held.error();
  if (!*held) {
    if (auto below = saving.save_value(v); !below) return below.error();
    std::string encoded(1, static_cast<char>(tree::node_tag::scalar));
    tree::encode_value(encoded, v);
    if (auto stored = saving.put(saving.done.root, encoded); !stored) return stored.error();
  }
  return saving.done;
}

}  // namespace theus
