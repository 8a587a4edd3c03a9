#include "run_loop.hpp"

#include "text.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <csignal>
#include <cstring>
#include <system_error>
#include <utility>

namespace supervisor {

namespace {

using steady = std::chrono::steady_clock;

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};

template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

bool has_no_room(const foreman::error& why) {
  return why.code() == foreman::errc::project_full
    || why.code() == foreman::errc::system_full;
}

} // namespace

run_loop::run_loop(const run_parts& with, std::chrono::nanoseconds drain)
  : with_{with}, drain_{drain} {}

void run_loop::submit(const job_file& all) {
  show([&](display& x) { x.complaints(all.found); });
  for (std::size_t i = 0; i < all.bad_lines; ++i)
    jobs_.skipped();
  for (const auto& x : all.jobs)
    offer(x);
}

void run_loop::follow(arriving_lines input, const std::string& file,
                      bool keep_going) {
  input_ = std::move(input);
  file_ = file;
  keep_going_ = keep_going;
}

void run_loop::run() {
  while (!is_over()) {
    wait();
    hear();
    take_lines();
    draw();
  }
  over_ = true;
}

bool run_loop::is_over() const {
  if (input_ || held_ || !jobs_.open().empty())
    return false;
  return !drains_ || drained_;
}

void run_loop::wait() {
  const auto interval = with_.shown.interval();
  const bool reads = input_ && !held_;
  std::array<pollfd, 2> sources{{{with_.told.number(), POLLIN, 0},
                                 {reads ? input_->number() : -1, POLLIN, 0}}};
  poll(sources.data(), sources.size(),
       interval ? static_cast<int>(interval->count()) : -1);
  if (sources[1].revents == 0)
    return;
  if (auto ok = input_->read(); !ok) {
    show([&](display& x) { x.complaints({ok.error().message()}); });
    bad_input_ = true;
  }
}

// -- what the jobs do ---------------------------------------------------------

void run_loop::hear() {
  for (const auto& x : with_.told.take())
    hear_one(x);
}

void run_loop::hear_one(const event& what) {
  std::visit(overloaded{[this](const job_started& x) {
                          if (const auto* const job = jobs_.started(x))
                            show([&](display& to) { to.started(*job, jobs_); });
                        },
                        [this](const job_ended& x) {
                          const auto job = jobs_.ended(x);
                          show([&](display& to) { to.ended(job, jobs_); });
                        },
                        [this](const log_line& x) {
                          show([&](display& to) { to.log(x.level, x.text); });
                        },
                        [this](const signal_came& x) { obey(x); },
                        [this](const drained& x) {
                          drained_ = true;
                          left_ = x.report.left.size();
                          for (const auto& job : x.report.left)
                            show([&](display& to) {
                              to.notice(fmt::format(
                                "job {} of {} does not end; it is left "
                                "behind",
                                to_string(job.id), on_one_line(job.project)));
                            });
                        }},
             what);
}

// -- what it is asked ---------------------------------------------------------

void run_loop::obey(const signal_came& what) {
  if (over_)
    return; // foreman may be gone
  if (what.ends_asked == 0) {
    show([this](display& x) { x.running(with_.jobs.list()); });
    return;
  }
  const auto say = [&](const std::string& text) {
    show([&](display& x) {
      x.notice(fmt::format("{}: {}", strsignal(what.number), text));
    });
  };
  if (what.ends_asked == 1) {
    say(fmt::format(
      "no further job is taken; {} running and {} waiting may "
      "finish within {} s; once more to cancel them",
      jobs_.running(), jobs_.waiting(),
      std::chrono::duration_cast<std::chrono::seconds>(drain_).count()));
    end_input();
    drains_ = true;
    drainer_ = std::jthread{
      [this] { with_.told.post(drained{*with_.jobs.drain(drain_)}); }};
  } else { // the second; `signals` obeys the third
    say(fmt::format("{} cancelled; once more to abort",
                    counted(jobs_.open().size(), "job")));
    for (const auto& [id, job] : jobs_.open())
      (void) job.ticket.cancel(); // it may just have ended
  }
}

// -- what comes in ------------------------------------------------------------

void run_loop::end_input() {
  auto first = held_ ? held_->line : 0;
  std::size_t dropped = held_ ? 1 : 0;
  if (input_) {
    input_->end();
    while (const auto text = input_->next()) {
      ++line_;
      if (*text && is_blank(**text))
        continue;
      first = dropped++ == 0 ? line_ : first;
    }
  }
  if (dropped > 0) {
    jobs_.dropped(dropped);
    show([&](display& x) {
      x.notice(fmt::format("{} that had been read {} dropped, from {} on",
                           counted(dropped, "line"),
                           dropped == 1 ? "is" : "are",
                           place_of(file_, first)));
    });
  }
  input_.reset();
  held_.reset();
}

void run_loop::take_lines() {
  if (held_ && offer(*held_))
    held_.reset();
  while (input_ && !held_) {
    const auto text = input_->next();
    if (!text) {
      if (input_->ended())
        end_input();
      return;
    }
    ++line_;
    if (*text)
      take(**text);
    else
      refuse_line({text->error().message()});
  }
}

void run_loop::take(const std::string& text) {
  problems found;
  const auto job = read_job(text, line_, with_.kinds, found);
  if (job && !offer(*job))
    held_ = job;
  if (!found.empty())
    refuse_line(std::move(found));
}

void run_loop::refuse_line(problems why) {
  for (auto& x : why)
    x = fmt::format("{}: {}", place_of(file_, line_), x);
  show([&](display& x) { x.complaints(why); });
  jobs_.skipped();
  if (!keep_going_) {
    bad_input_ = true;
    end_input();
  }
}

bool run_loop::offer(const job_line& what) {
  const auto ticket
    = with_.jobs.submit(what.project, what.what, {.connections = what.needs});
  if (!ticket) {
    if (has_no_room(ticket.error()))
      return false;
    const auto job = jobs_.rejected(what, ticket.error());
    show([&](display& x) { x.ended(job, jobs_); });
    return true;
  }
  jobs_.admitted(what, *ticket);
  show([&](display& x) { x.admitted(what, ticket->id()); });
  // Last: what it posts is heard after the job is known here.
  ticket->on_finish(
    [&told = with_.told, id = ticket->id()](const foreman::outcome& how) {
      told.post(job_ended{id, how});
    });
  return true;
}

// -- what is seen -------------------------------------------------------------

void run_loop::draw() {
  const auto interval = with_.shown.interval();
  if (!interval || steady::now() < next_draw_)
    return;
  next_draw_ = steady::now() + *interval;
  show([this](display& x) { x.draw(with_.jobs.list(), jobs_); });
}

void run_loop::show(const std::function<void(display&)>& what) {
  if (!display_failure_.empty())
    return;
  try {
    what(with_.shown);
  } catch (const std::system_error& e) {
    display_failure_ = e.what();
  }
}

} // namespace supervisor
