#include "census.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <vector>

namespace foreman::test {

namespace {

using words = std::vector<std::string_view>;

struct mailbox {
  std::string_view actor;
  words messages;
};

// `exit` ends an actor, so it comes before nothing.
const std::vector<mailbox>& mailboxes() {
  static const std::vector<mailbox> all{
    {"registry",
     {"submit", "status", "cancel", "drain", "wake", "retire", "pool", "serve",
      "down", "exit"}},
    {"supervisor", {"adopt", "wake", "grant", "lost", "exit"}},
    {"pool", {"request", "release", "forfeit", "enlist", "lost", "exit"}},
    {"worker", {"check", "run", "exit"}},
    {"guardian", {"enlist", "down"}},
  };
  return all;
}

std::string arrow(std::string_view from, std::string_view to) {
  return fmt::format("{} -> {}", from, to);
}

std::string order(std::string_view actor, std::string_view before,
                  std::string_view now) {
  return fmt::format("{}: {}, {}", actor, before, now);
}

} // namespace

census::census() {
  for (const auto* to : {"running", "cancelled", "failed"})
    expect("job", arrow("queued", to));
  for (const auto* to :
       {"succeeded", "failed", "cancelled", "abandoned", "returned"})
    expect("job", arrow("running", to));
  const words verdicts{"admitted", "project_busy", "project_full",
                       "system_full", "draining"};
  for (const auto* way : {"host", "message", "body"})
    for (const auto& verdict : verdicts)
      expect("verdict", fmt::format("{}: {}", way, verdict));
  const words states{"idle", "queued", "running", "running and queued"};
  for (const auto* event :
       {"submit", "cancel", "question", "drain", "interrupt", "registry dies",
        "pool dies", "a worker dies", "its supervisor dies", "a server fails"})
    for (const auto& state : states)
      expect("event", fmt::format("{}, {}", event, state));
  for (const auto* state : {"idle", "running"}) // nothing is queued any more
    expect("event", fmt::format("drain is over, {}", state));
  expect("event", "check fails, queued");
  expect("event", "deferred, queued");
  for (const auto& state : states)
    expect("event", fmt::format("resumed, {}", state));
  for (const auto& [actor, messages] : mailboxes())
    for (const auto& before : messages)
      for (const auto& now : messages)
        if (before != "exit")
          expect("order", order(actor, before, now));
}

void census::expect(std::string_view kind, std::string what) {
  kinds_[std::string{kind}].emplace(std::move(what), 0);
}

void census::count(std::string_view kind, const std::string& what) {
  ++kinds_.find(kind)->second[what];
}

void census::job_became(std::string_view from, std::string_view to) {
  count("job", arrow(from, to));
}

void census::told(std::string_view way_in, std::string_view verdict) {
  count("verdict", fmt::format("{}: {}", way_in, verdict));
}

void census::happened(std::string_view event, std::string_view state) {
  count("event", fmt::format("{}, {}", event, state));
}

void census::handled(std::string_view actor, std::string_view before,
                     std::string_view now) {
  count("order", order(actor, before, now));
}

void census::print(std::ostream& out) const {
  for (const auto& [kind, found] : kinds_) {
    const auto met = std::count_if(found.begin(), found.end(),
                                   [](const auto& x) { return x.second != 0; });
    out << fmt::format("{}: {} of {} met\n", kind, met, found.size());
    for (const auto& [what, times] : found)
      if (times != 0)
        out << fmt::format("  {:>10} {}\n", times, what);
    for (const auto& [what, times] : found)
      if (times == 0)
        out << fmt::format("       never {}\n", what);
  }
}

std::string census::missing(std::string_view kind) const {
  std::string result;
  for (const auto& [what, times] : kinds_.find(kind)->second)
    if (times == 0)
      result += what + "\n";
  return result;
}

} // namespace foreman::test
