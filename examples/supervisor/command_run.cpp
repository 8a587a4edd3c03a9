#include "command_run.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace supervisor {

namespace {

// Between SIGTERM and SIGKILL.
constexpr std::chrono::seconds grace{5};

// How much of what a program wrote to its standard error is kept for messages.
constexpr std::size_t tail_size = 1024;

// Reads what is there; none if nothing is.
std::optional<std::string_view> read_some(int from,
                                          std::array<char, 65'536>& to) {
  const auto length = read(from, to.data(), to.size());
  if (length <= 0)
    return std::nullopt;
  return std::string_view{to.data(), static_cast<std::size_t>(length)};
}

bool is_readable(int what) {
  pollfd source{what, POLLIN, 0};
  return poll(&source, 1, 0) == 1;
}

} // namespace

command_run::command_run(const program_call& what, const std::stop_token& stop,
                         std::optional<steady::duration> timeout, job_log& log)
  : stop_{stop}, log_{log}, program_{what} {
  if (timeout)
    deadline_ = steady::now() + *timeout;
}

program_end command_run::wait() {
  while (!step())
    ;
  // The writers are gone, so what is in the pipes is the rest.
  while (take_output() || take_errors())
    ;
  return program_.wait();
}

bool command_run::step() {
  std::array<pollfd, 4> sources{
    {{program_.ended(), POLLIN, 0},
     {output_done_ ? -1 : program_.output(), POLLIN, 0},
     {errors_done_ ? -1 : program_.errors(), POLLIN, 0},
     {ending_ == ending::no ? stop_.number() : -1, POLLIN, 0}}};
  if (poll(sources.data(), sources.size(), wait_time()) < 0)
    return false; // a signal; none is handled on this thread
  if (sources[0].revents != 0)
    return true;
  if (sources[1].revents != 0)
    output_done_ = !take_output();
  if (sources[2].revents != 0)
    errors_done_ = !take_errors();
  const bool stopped = sources[3].revents != 0;
  const bool late = deadline_ && *deadline_ <= steady::now();
  if (!stopped && !late)
    return false;
  // What has ended by itself was neither stopped nor late. The answer of `poll`
  // may be old: this process may have slept since.
  if (is_readable(program_.ended()))
    return true;
  if (stopped) {
    ask_to_end(ending::stopped);
  } else if (ending_ == ending::no) {
    ask_to_end(ending::late);
  } else {
    program_.kill();
    deadline_.reset();
  }
  return false;
}

void command_run::ask_to_end(ending why) {
  ending_ = why;
  program_.ask_to_end();
  deadline_ = steady::now() + grace;
}

// Rounded up: one that wakes too early only loops.
int command_run::wait_time() const {
  if (!deadline_)
    return -1;
  const auto left
    = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - steady::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1'000'000));
}

bool command_run::take_output() {
  std::array<char, 65'536> buffer;
  const auto text = read_some(program_.output(), buffer);
  if (text)
    log_.write(*text);
  return text.has_value();
}

bool command_run::take_errors() {
  std::array<char, 65'536> buffer;
  const auto text = read_some(program_.errors(), buffer);
  if (!text)
    return false;
  log_.write(*text);
  tail_ += *text;
  if (tail_.size() > tail_size)
    tail_.erase(0, tail_.size() - tail_size);
  return true;
}

} // namespace supervisor
