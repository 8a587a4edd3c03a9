// foreman inside a host's actor system: another actor submits a job by
// message, and hears of the verdict and of the outcome by message.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>

#include <fmt/format.h>

#include <string>

namespace {

namespace compat = foreman::compat; // the same source for CAF 0.17 and 1.x

using foreman::actors::job_ended;
using foreman::actors::make_submission;
using foreman::actors::registry_actor;
using foreman::actors::submit_atom_v;

/// An actor of the host.
class importer : public caf::event_based_actor {
public:
  importer(caf::actor_config& cfg, registry_actor registry)
    : caf::event_based_actor{cfg}, registry_{std::move(registry)} {}

  caf::behavior make_behavior() override {
    submit();
    return {
      [this](const job_ended& x) { on_ended(x); },
    };
  }

private:
  void submit() {
    auto what = make_submission(
      "berlin", [] { /* a long import */ }, {},
      caf::actor_cast<caf::actor>(this));
    compat::request(this, registry_, caf::infinite, submit_atom_v, *what)
      .then(
        [this](foreman::job_id) {
          verdict_ = "admitted";
          report();
        },
        [this](const caf::error& why) { // busy, full, draining, ...
          verdict_ = outcome_ = foreman::actors::to_error(why).message();
          report();
        });
  }

  void on_ended(const job_ended& x) {
    outcome_ = fmt::format("a job of {} {}", x.project, to_string(x.how.state));
    report();
  }

  // Verdict and outcome come from different senders, so in either order.
  void report() {
    if (verdict_.empty() || outcome_.empty())
      return;
    fmt::print("{}\n{}\n", verdict_, outcome_);
    quit();
  }

  registry_actor registry_;
  std::string verdict_;
  std::string outcome_;
};

} // namespace

int main() {
  // A host's own configuration derives from `host_config`.
  foreman::actors::host_config config;
  caf::actor_system host{config};
  foreman::system fm{host, {.workers = 4}};

  caf::scoped_actor self{host};
  self->wait_for(host.spawn<importer>(fm.registry()));
}
