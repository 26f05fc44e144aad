#pragma once

#include <concepts>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <theus/codec/tree.hpp>
#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

namespace theus {

class machine;

// A place in the Context of a run, as the scope sees it that runs: `ctx["order"]["lines"][3]`,
// `ctx.at("/order/lines/3")`. Writing goes through to the Context; reading gives values, never
// references into it. Whatever is recordable may be put and read, as its described members.
//   put    sets what is there, whatever it was; maps that are missing on the way are made
//   patch  puts each entry of a map, and leaves the others alone
//   erase  takes it out; null is a value, not absence
// Errors are thrown and, unless caught, make the run stuck as any bug does: error_exception with
// wrong_type, not_found or limit_exceeded, naming the path; contract_violated; codec_error.
// Lifetime: the context's. While a run is evicted, writing does nothing and nothing is there.
class context_place {
 public:
  context_place(machine& owner, path at) : owner_(&owner), at_(std::move(at)) {}

  template <class Step>
  context_place operator[](const Step& step) const {
    return {*owner_, at_ / step};
  }
  context_place at(std::string_view json_pointer) const;
  const path& where() const { return at_; }

  bool exists() const { return find().has_value(); }
  value get() const;
  std::optional<value> find() const;
  // As a T; a missing member keeps what T{} gives it.
  template <recordable T>
  T as() const {
    return from_value<T>(get());
  }
  // The same; `otherwise` when nothing is there.
  template <recordable T>
  T value_or(T otherwise) const {
    const auto found = find();
    return found ? from_value<T>(*found) : std::move(otherwise);
  }

  template <class T>
    requires(!std::same_as<std::remove_cvref_t<T>, context_place>)
  const context_place& operator=(T&& v) const {
    put(std::forward<T>(v));
    return *this;
  }
  // One place into another: what is there now.
  const context_place& operator=(const context_place& other) const {
    put(other.get());
    return *this;
  }
  context_place(const context_place&) = default;

  template <class T>
  void put(T&& v) const {
    if constexpr (std::same_as<std::remove_cvref_t<T>, context_place>) {
      put_value(v.get());
    } else if constexpr (std::convertible_to<T&&, value>) {
      put_value(value(std::forward<T>(v)));
    } else {
      put_value(to_value(v));
    }
  }
  void patch(const map& changes) const;
  bool erase() const;

 private:
  void put_value(value v) const;

  machine* owner_;
  path at_;
};

}  // namespace theus
