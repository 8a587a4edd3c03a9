#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>

namespace foreman::test {

/// What walks have met, and how often: states of jobs, verdicts, events in the
/// states of a project, the order of the messages of each actor. A simulation
/// shows nothing about what it never meets.
class census {
public:
  /// Knows what there is to meet.
  census();

  void job_became(std::string_view from, std::string_view to);

  void told(std::string_view way_in, std::string_view verdict);

  /// `event` came to a project that is `idle`, `queued`, `running` or both.
  void happened(std::string_view event, std::string_view state);

  /// An actor handled `now` right after `before`.
  void handled(std::string_view actor, std::string_view before,
               std::string_view now);

  /// How much of each kind was met, and what never was.
  void print(std::ostream& out) const;

  /// How much of a kind was never met; empty if all was. For the kinds
  /// "job", "verdict", "event" and "order".
  std::string missing(std::string_view kind) const;

private:
  using counts = std::map<std::string, std::uint64_t, std::less<>>;

  void expect(std::string_view kind, std::string what);

  void count(std::string_view kind, const std::string& what);

  std::map<std::string, counts, std::less<>> kinds_;
};

} // namespace foreman::test
