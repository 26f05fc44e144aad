#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include <gtest/gtest.h>

#include <theus/codec.hpp>

#include "codec_types.hpp"

// What may be recorded is decided while compiling: this file's claims are static_asserts.
namespace theus::testing {
namespace {

struct undescribed {
  int x = 0;
};

struct holds_view {
  std::vector<std::optional<std::string_view>> views;
};
BOOST_DESCRIBE_STRUCT(holds_view, (), (views))

struct no_default {
  explicit no_default(int);
  int x;
};
BOOST_DESCRIBE_STRUCT(no_default, (), (x))

struct twice_named : animal {
  std::string name;
};
BOOST_DESCRIBE_STRUCT(twice_named, (animal), (name))

struct empty {};
BOOST_DESCRIBE_STRUCT(empty, (), ())

template <class... Ts>
constexpr bool all_recordable = (recordable<Ts> && ...);
template <class... Ts>
constexpr bool none_recordable = (!recordable<Ts> && ...);

template <class T, detail::obstacle Expected, class At = T>
constexpr bool stopped_by =
    detail::found_in<T>::what == Expected && std::is_same_v<typename detail::found_in<T>::at, At>;

static_assert(all_recordable<bool, signed char, unsigned char, short, unsigned, long, long long,
                             std::uint64_t, float, double, std::string, everything, tree, dog,
                             empty, color, plain, bytes, uuid, std::monostate>);
static_assert(all_recordable<std::vector<std::vector<tree>>, std::optional<std::vector<order>>,
                             std::map<std::string, tree, std::less<>>, std::set<std::string>,
                             std::tuple<>, std::variant<int, tree>,
                             std::chrono::system_clock::time_point, std::chrono::sys_days>);
static_assert(none_recordable<void, char, wchar_t, char8_t, long double, std::wstring,
                              std::u8string, const char*, char[4], int*, int&, const int,
                              std::nullptr_t, void (*)(), std::byte, std::vector<std::byte>>);

using enum detail::obstacle;
static_assert(stopped_by<std::string_view, string_view>);
static_assert(stopped_by<holds_view, string_view, std::string_view>);
static_assert(stopped_by<std::span<const int>, span>);
static_assert(stopped_by<const char*, pointer>);
static_assert(stopped_by<std::vector<order*>, pointer, order*>);
static_assert(stopped_by<std::unique_ptr<int>, smart_pointer>);
static_assert(stopped_by<std::shared_ptr<int>, smart_pointer>);
static_assert(stopped_by<const order&, reference>);
static_assert(stopped_by<std::reference_wrapper<int>, reference>);
static_assert(stopped_by<std::function<void()>, function>);
static_assert(stopped_by<void (*)(int), function>);
static_assert(stopped_by<std::chrono::steady_clock::time_point, clock>);
static_assert(stopped_by<std::optional<std::optional<int>>, nested_optional>);
static_assert(stopped_by<std::map<color, int>, key>);
static_assert(stopped_by<std::map<std::string, undescribed>, undescribed_class, undescribed>);
static_assert(stopped_by<no_default, not_default_constructible>);
static_assert(stopped_by<twice_named, ambiguous_members>);
static_assert(stopped_by<std::pair<int, long double>, wide_number, long double>);

struct celsius {
  double degrees = 0;
};

}  // namespace
}  // namespace theus::testing

template <>
struct theus::payload_codec<theus::testing::celsius> {
  static void write(json_writer& out, const testing::celsius& value) { out.real(value.degrees); }
  static testing::celsius read(json_view in) {
    const testing::celsius result{in.real()};
    if (result.degrees < -273.15) in.fail(codec_errc::out_of_range, "colder than absolute zero");
    return result;
  }
};

namespace theus::testing {
namespace {

TEST(Recordable, ATypeMayBringItsOwnForm) {
  static_assert(recordable<std::vector<celsius>>);
  EXPECT_EQ(encode(std::vector{celsius{20.5}}), "[20.5]");
  EXPECT_EQ(decode<celsius>("-40").degrees, -40);
  try {
    decode<std::vector<celsius>>("[0,-300]");
    FAIL();
  } catch (const codec_error& error) {
    EXPECT_EQ(error.path(), "/1");
  }
}

}  // namespace
}  // namespace theus::testing
