#include "audit.hpp"

#include <deque>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "forbidden.hpp"
#include "object_file.hpp"
#include "source_line.hpp"

namespace theus::lint {
namespace {

struct allowance {
  std::string name;
  std::string reason;
};

struct finding {
  const forbidden* what;
  std::size_t reference;
};

// Tables that unwinding and sanitizers make of everything there is: they lead to no calls.
bool leads_nowhere(const section& each) {
  return !each.is_loaded || each.name == ".eh_frame" || each.name == ".gcc_except_table" ||
         each.name.starts_with(".gcc_except_table.") || each.name.starts_with("asan_");
}

// The parts of one object that may run, and how each was come to.
class reach {
 public:
  explicit reach(const object_file& object) : object_(object), found_by_(object.sections().size()) {
    references_from_.resize(object.sections().size());
    for (std::size_t i = 0; i < object.references().size(); ++i) {
      references_from_[object.references()[i].from_section].push_back(i);
    }
    for (std::size_t i = 0; i < object.sections().size(); ++i) {
      if (!object.sections()[i].is_shared_copy) enter(i, none);
    }
    while (!waiting_.empty()) {
      const std::size_t next = waiting_.front();
      waiting_.pop_front();
      for (std::size_t each : references_from_[next]) {
        enter(object.references()[each].to_section, each);
      }
    }
  }

  bool holds(std::size_t section) const { return found_by_[section].has_value(); }

  // The reference, the one that led to the code which makes it, and so on outwards, to code that is
  // not an inline function.
  std::vector<const reference*> chain(const reference& from) const {
    std::vector<const reference*> all{&from};
    for (;;) {
      const std::size_t by = *found_by_[all.back()->from_section];
      if (by == none) return all;
      all.push_back(&object_.references()[by]);
    }
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  void enter(std::size_t section, std::size_t by) {
    if (section == 0 || found_by_[section] || leads_nowhere(object_.sections()[section])) return;
    found_by_[section] = by;
    waiting_.push_back(section);
  }

  const object_file& object_;
  // For each section that may run, the reference that led there; none for those that just do.
  std::vector<std::optional<std::size_t>> found_by_;
  std::vector<std::vector<std::size_t>> references_from_;
  std::deque<std::size_t> waiting_;
};

std::vector<allowance> allowances_of(const object_file& object) {
  std::vector<allowance> all;
  for (const std::string& mark : object.marks()) {
    const std::size_t tab = mark.find('\t', 6);
    if (mark.starts_with("allow\t") && tab != std::string::npos) {
      all.push_back({mark.substr(6, tab - 6), mark.substr(tab + 1)});
    }
  }
  return all;
}

std::vector<finding> findings_in(const object_file& object, const reach& reached) {
  std::vector<finding> all;
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (std::size_t i = 0; i < object.references().size(); ++i) {
    const reference& each = object.references()[i];
    if (each.to_section != 0 || each.symbol.empty() || !reached.holds(each.from_section)) continue;
    const forbidden* what = find_forbidden(each.symbol);
    if (!what) continue;
    const auto place = object.function_at(each.from_section, each.offset);
    if (seen.emplace(place, what->name).second) all.push_back({what, i});
  }
  return all;
}

// "in f, called by g, called by h"
std::string callers(const object_file& object, const std::vector<const reference*>& chain) {
  std::string text;
  std::string last;
  for (const reference* each : chain) {
    const std::string name = readable(object.function_at(each->from_section, each->offset));
    if (!name.empty() && name != last) text += (text.empty() ? "in " : ", called by ") + name;
    last = name;
  }
  return text.empty() ? "in a table" : text;
}

// The line in the innermost code that is not of a system header.
std::string line_of(const object_file& object, const std::vector<const reference*>& chain) {
  for (const reference* each : chain) {
    const std::string line =
        source_line(object.path(), object.sections()[each->from_section].name, each->offset);
    if (!line.empty()) return line;
  }
  return {};
}

int audit_one(const std::string& path, std::ostream& out) {
  const object_file object = object_file::read(path);
  if (object.marks().empty()) return 0;
  int refused = 0;
  const std::vector<allowance> allowed = allowances_of(object);
  for (const allowance& each : allowed) {
    if (is_forbidden_name(each.name)) {
      out << path << ": theus: '" << each.name << "' is allowed: " << each.reason << '\n';
    } else {
      out << path << ": error: theus: nothing forbids '" << each.name << "'; is it misspelt?\n";
      ++refused;
    }
  }
  const reach reached(object);
  std::set<std::pair<std::string, std::string_view>> lines;
  for (const finding& each : findings_in(object, reached)) {
    bool is_allowed = false;
    for (const allowance& a : allowed) is_allowed |= is_allowed_by(a.name, *each.what);
    if (is_allowed) continue;
    const auto chain = reached.chain(object.references()[each.reference]);
    const std::string line = line_of(object, chain);
    if (!line.empty() && !lines.emplace(line, each.what->name).second) continue;
    out << (line.empty() ? path : line) << ": error: theus: '" << each.what->name << "' "
        << callers(object, chain) << ": " << each.what->advice << '\n';
    ++refused;
  }
  return refused;
}

}  // namespace

int audit(const std::vector<std::string>& objects, std::ostream& out) {
  int refused = 0;
  for (const std::string& path : objects) refused += audit_one(path, out);
  if (refused != 0) {
    out << "theus: workflow sources use what differs on replay; docs/determinism.md says what to "
           "use instead, and how to allow a use with a reason\n";
  }
  return refused;
}

}  // namespace theus::lint
