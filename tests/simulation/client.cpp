#include "client.hpp"

#include <caf/event_based_actor.hpp>

#include <utility>

namespace foreman::test {

namespace {

class only_asks : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;

  caf::behavior make_behavior() override {
    return {[](int) {}};
  }
};

} // namespace

client::client(crank& of, observer& tell)
  : crank_{of}, tell_{tell}, self_{of.system().spawn<only_asks>()} {}

template <class... Ts>
auto client::request(Ts&&... xs) {
  auto* self = caf::actor_cast<caf::event_based_actor*>(self_);
  self->context(nullptr); // what it was when it last ran
  return self->request(crank_.shared().way_in.registry(), caf::infinite,
                       std::forward<Ts>(xs)...);
}

void client::submit(observer::submit what) {
  const auto sent = tell_.submitting(std::move(what));
  request(actors::submit_atom_v,
          actors::submission{sent->project, sent->work, sent->how, {}})
    .then([sent, this](
            job_id) { tell_.contain([&] { tell_.told(sent, errc::ok); }); },
          [sent, this](const caf::error& why) {
            const auto code = compat::error_code<errc>(why);
            tell_.contain([&] {
              if (code)
                tell_.told(sent, *code);
              else
                tell_.told_nothing(sent); // the registry is dead
            });
          });
}

void client::ask(const std::string& project) {
  const auto sent = tell_.asking(project);
  request(actors::status_atom_v, project)
    .then(
      [sent, this](const project_status& x) {
        tell_.contain([&] { tell_.answered(sent, &x); });
      },
      [sent, this](const caf::error&) {
        tell_.contain([&] { tell_.answered(sent, nullptr); });
      });
}

void client::cancel(const observer::admitted_job& which) {
  request(actors::cancel_atom_v, which.project, which.work->id())
    .then(
      [this, work = which.work] {
        tell_.contain([&] {
          if (!work->finished() && !work->stop_requested())
            throw violation{"G4: a cancel by message had no effect"};
        });
      },
      [this, work = which.work](const caf::error& why) {
        tell_.contain([&] {
          if (compat::error_code<errc>(why) && !work->finished())
            throw violation{"G4: a job that had not ended was not cancelled"};
        });
      });
}

void client::drain(std::chrono::nanoseconds deadline) {
  request(actors::drain_atom_v, deadline, drain_policy::abandon)
    .then(
      [this](const drain_report& x) {
        tell_.contain([&] {
          if (x.books.open() != 0)
            throw violation{"G10: a drain left jobs without an outcome"};
        });
      },
      [](const caf::error&) {});
}

} // namespace foreman::test
