#include "forbidden.hpp"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "theus/forbidden_advice.hpp"

namespace theus::lint {
namespace {

// clang-format off
// Of entries with one symbol the first gives the name; the others are what else may be allowed to
// mean it, since compilers make puts of printf.
constexpr forbidden table[] = {
    {"std::chrono::system_clock::now", "std::chrono::_V2::system_clock::now()", clock_advice},
    {"std::chrono::steady_clock::now", "std::chrono::_V2::steady_clock::now()", clock_advice},
    {"time", "time", clock_advice},
    {"clock", "clock", clock_advice},
    {"clock_gettime", "clock_gettime", clock_advice},
    {"timespec_get", "timespec_get", clock_advice},
    {"gettimeofday", "gettimeofday", clock_advice},
    {"times", "times", clock_advice},
    {"localtime", "localtime", zone_advice},
    {"localtime_r", "localtime_r", zone_advice},
    {"mktime", "mktime", zone_advice},
    {"ctime", "ctime", zone_advice},
    {"tzset", "tzset", zone_advice},

    {"std::random_device", "std::random_device::", draw_advice},
    {"rand", "rand", draw_advice},
    {"srand", "srand", draw_advice},
    {"rand_r", "rand_r", library_draw_advice},
    {"random", "random", draw_advice},
    {"srandom", "srandom", draw_advice},
    {"drand48", "drand48", draw_advice},
    {"lrand48", "lrand48", draw_advice},
    {"mrand48", "mrand48", draw_advice},
    {"getrandom", "getrandom", draw_advice},
    {"getentropy", "getentropy", draw_advice},
    {"arc4random", "arc4random", draw_advice},
    {"std::uniform_int_distribution", "", library_draw_advice},
    {"std::uniform_real_distribution", "", library_draw_advice},
    {"std::normal_distribution", "", library_draw_advice},
    {"std::exponential_distribution", "", library_draw_advice},
    {"std::poisson_distribution", "", library_draw_advice},
    {"std::discrete_distribution", "", library_draw_advice},
    {"std::bernoulli_distribution", "", library_draw_advice},
    {"std::shuffle", "", library_draw_advice},

    {"sleep", "sleep", sleep_advice},
    {"usleep", "usleep", sleep_advice},
    {"nanosleep", "nanosleep", sleep_advice},
    {"clock_nanosleep", "clock_nanosleep", sleep_advice},
    {"std::this_thread::sleep_for", "std::this_thread::__sleep_for", sleep_advice},
    {"std::this_thread::sleep_until", "std::this_thread::__sleep_for", sleep_advice},
    {"std::this_thread::yield", "sched_yield", sleep_advice},
    {"std::this_thread::sleep_for", "nanosleep", sleep_advice},
    {"std::this_thread::sleep_until", "nanosleep", sleep_advice},

    {"std::thread", "std::thread::", strand_advice},
    {"std::jthread", "std::thread::", strand_advice},
    {"std::async", "std::thread::", strand_advice},
    {"std::jthread", "std::jthread::", strand_advice},
    {"std::async", "std::__future_base::", strand_advice},
    {"std::future", "std::__future_base::", strand_advice},
    {"std::shared_future", "std::__future_base::", strand_advice},
    {"std::promise", "std::__future_base::", strand_advice},
    {"std::packaged_task", "std::__future_base::", strand_advice},
    {"pthread_create", "pthread_create", strand_advice},
    {"std::mutex", "pthread_mutex_lock", lock_advice},
    {"std::recursive_mutex", "pthread_mutex_lock", lock_advice},
    {"std::mutex", "pthread_mutex_trylock", lock_advice},
    {"std::timed_mutex", "pthread_mutex_clocklock", lock_advice},
    {"std::shared_mutex", "pthread_rwlock_", lock_advice},
    {"std::condition_variable", "std::condition_variable::", lock_advice},
    {"std::condition_variable", "pthread_cond_", lock_advice},
    {"std::counting_semaphore", "sem_wait", lock_advice},
    {"std::latch", "", lock_advice},
    {"std::barrier", "", lock_advice},
    {"syscall", "syscall", lock_advice},
    {"std::counting_semaphore", "syscall", lock_advice},
    {"std::latch", "syscall", lock_advice},
    {"std::barrier", "syscall", lock_advice},
    {"std::counting_semaphore", "sched_yield", lock_advice},

    {"std::this_thread::get_id", "pthread_self", surroundings_advice},
    {"getpid", "getpid", surroundings_advice},
    {"getppid", "getppid", surroundings_advice},
    {"gettid", "gettid", surroundings_advice},
    {"gethostname", "gethostname", surroundings_advice},
    {"uname", "uname", surroundings_advice},
    {"fork", "fork", surroundings_advice},
    {"system", "system", surroundings_advice},
    {"getenv", "getenv", surroundings_advice},
    {"secure_getenv", "secure_getenv", surroundings_advice},
    {"environ", "environ", surroundings_advice},
    {"setenv", "setenv", surroundings_advice},
    {"unsetenv", "unsetenv", surroundings_advice},
    {"putenv", "putenv", surroundings_advice},

    {"std::ifstream", "std::basic_ifstream<", file_advice},
    {"std::ofstream", "std::basic_ofstream<", file_advice},
    {"std::fstream", "std::basic_fstream<", file_advice},
    {"std::filebuf", "std::basic_filebuf<", file_advice},
    {"std::ifstream", "std::basic_filebuf<", file_advice},
    {"std::ofstream", "std::basic_filebuf<", file_advice},
    {"std::fstream", "std::basic_filebuf<", file_advice},
    {"std::cin", "std::cin", file_advice},
    {"std::filesystem", "std::filesystem::", file_advice},
    {"open", "open", file_advice},
    {"openat", "openat", file_advice},
    {"read", "read", file_advice},
    {"pread", "pread", file_advice},
    {"write", "write", file_advice},
    {"pwrite", "pwrite", file_advice},
    {"fopen", "fopen", file_advice},
    {"fread", "fread", file_advice},
    {"fgets", "fgets", file_advice},
    {"getline", "getline", file_advice},
    {"scanf", "scanf", file_advice},
    {"fscanf", "fscanf", file_advice},
    {"popen", "popen", file_advice},
    {"remove", "remove", file_advice},
    {"rename", "rename", file_advice},
    {"unlink", "unlink", file_advice},
    {"stat", "stat", file_advice},
    {"access", "access", file_advice},
    {"opendir", "opendir", file_advice},

    {"socket", "socket", network_advice},
    {"connect", "connect", network_advice},
    {"accept", "accept", network_advice},
    {"send", "send", network_advice},
    {"recv", "recv", network_advice},
    {"poll", "poll", network_advice},
    {"epoll_wait", "epoll_wait", network_advice},
    {"getaddrinfo", "getaddrinfo", network_advice},

    {"std::cout", "std::cout", print_advice},
    {"std::cerr", "std::cerr", print_advice},
    {"std::clog", "std::clog", print_advice},
    {"printf", "printf", print_advice},
    {"printf", "vprintf", print_advice},
    {"fprintf", "fprintf", print_advice},
    {"fprintf", "vfprintf", print_advice},
    {"puts", "puts", print_advice},
    {"putchar", "putchar", print_advice},
    {"fputs", "fputs", print_advice},
    {"fputs", "fputc", print_advice},
    {"fwrite", "fwrite", print_advice},
    {"printf", "puts", print_advice},
    {"printf", "putchar", print_advice},
    {"fprintf", "fputc", print_advice},
    {"fprintf", "fwrite", print_advice},
    {"fputs", "fwrite", print_advice},

    {"std::locale::global", "std::locale::global(", locale_advice},
    {"setlocale", "setlocale", locale_advice},
};
// clang-format on

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && name ? std::string(name.get()) : symbol;
}

// __printf_chk, __isoc99_scanf, __open64_2: printf, scanf, open.
std::string_view plain_c_name(std::string_view symbol) {
  const auto drop_front = [&](std::string_view what) {
    if (!symbol.starts_with(what)) return false;
    symbol.remove_prefix(what.size());
    return true;
  };
  const auto drop_back = [&](std::string_view what) {
    if (symbol.ends_with(what)) symbol.remove_suffix(what.size());
  };
  if (!drop_front("__isoc99_") && !drop_front("__isoc23_") && drop_front("__")) {
    drop_back("_chk");
    drop_back("_2");
  }
  drop_back("64");
  return symbol;
}

// Paths are values, and what handles them touches no disk.
bool is_value_of_filesystem(std::string_view name) {
  for (std::string_view part :
       {"std::filesystem::path", "std::filesystem::__cxx11::path",
        "std::filesystem::filesystem_error", "std::filesystem::__cxx11::filesystem_error"}) {
    if (name.starts_with(part)) return true;
  }
  return false;
}

}  // namespace

bool is_forbidden_name(std::string_view name) {
  return std::any_of(std::begin(table), std::end(table), [&](const forbidden& each) {
    return each.name == name || (!each.symbol.empty() && each.symbol == name);
  });
}

bool is_allowed_by(std::string_view name, const forbidden& found) {
  return std::any_of(std::begin(table), std::end(table), [&](const forbidden& each) {
    return each.symbol == found.symbol && (each.name == name || each.symbol == name);
  });
}

const forbidden* find_forbidden(std::string_view symbol) {
  const bool is_cpp = symbol.starts_with("_Z");
  const std::string name =
      is_cpp ? demangled(std::string(symbol)) : std::string(plain_c_name(symbol));
  if (is_cpp && is_value_of_filesystem(name)) return nullptr;
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const forbidden& each) {
    if (each.symbol.empty() || is_cpp != (each.symbol.find("::") != std::string_view::npos)) {
      return false;
    }
    const bool is_prefix = is_cpp || each.symbol.ends_with('_');
    return is_prefix ? name.starts_with(each.symbol) : name == each.symbol;
  });
  return found == std::end(table) ? nullptr : &*found;
}

std::string readable(std::string_view symbol) {
  if (symbol.starts_with("_GLOBAL__") || symbol.starts_with("__cxx_global_var_init")) {
    return "a constant that is made before main";
  }
  // f.resume, f.actor, f.cold: all are f. g++ names the body of a coroutine after its frame, which
  // it names after the coroutine: the last name within the name is that.
  symbol = symbol.substr(0, symbol.find('.'));
  const std::string whole = demangled(std::string(symbol));
  if (whole != symbol) return whole;
  const std::size_t last = symbol.rfind("_Z");
  return last == std::string_view::npos ? whole : demangled(std::string(symbol.substr(last)));
}

}  // namespace theus::lint
