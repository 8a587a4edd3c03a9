#pragma once

#include <CLI/CLI.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

/// What all programs of the benchmark share. A program measures one thing,
/// checks that what it measured was done right, and prints `NAME VALUE UNIT`, a
/// line a figure; if something was done wrong it says so, prints no figure and
/// exits with 1.
namespace bench {

using clock = std::chrono::steady_clock;

inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

inline void figure(const char* name, double value, const char* unit) {
  std::printf("%s %.6g %s\n", name, value, unit);
}

/// Ends the program: a wrong run prints no figure.
[[noreturn]] inline void wrong(const std::string& what) {
  std::fprintf(stderr, "wrong: %s\n", what.c_str());
  std::exit(1);
}

inline void expect(bool right, const char* what) {
  if (!right)
    wrong(what);
}

/// Reads the command line into `app` or ends the program.
inline void parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::exit(app.exit(e));
  }
}

/// Names of projects, as a host would have them.
inline std::vector<std::string> project_names(std::size_t count) {
  std::vector<std::string> result;
  result.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    result.push_back("project-" + std::to_string(i));
  return result;
}

/// Calls `f(thread)` on `threads` threads at once and waits for all.
template <class F>
void on_threads(std::size_t threads, const F& f) {
  std::vector<std::thread> all;
  for (std::size_t t = 1; t < threads; ++t)
    all.emplace_back([&f, t] { f(t); });
  f(0);
  for (auto& x : all)
    x.join();
}

} // namespace bench
