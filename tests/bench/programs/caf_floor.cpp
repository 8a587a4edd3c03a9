// The floor of the actor system: requests that are answered without anything
// being done, many at a time and one at a time.

#include "requests.hpp"

namespace {

namespace compat = foreman::compat;

using foreman::actors::is_running_atom;
using foreman::actors::is_running_atom_v;

using echo_actor
  = caf::typed_actor<compat::signature<bool(is_running_atom, std::string)>>;

class echo : public echo_actor::base {
public:
  explicit echo(caf::actor_config& cfg) : echo_actor::base{cfg} {}

  behavior_type make_behavior() override {
    return {[](is_running_atom, const std::string&) { return true; }};
  }
};

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"bare CAF: requests and answers"};
  std::size_t count = 500'000;
  std::size_t window = 1'000;
  app.add_option("--count", count, "requests");
  app.add_option("--window", window, "requests under way; 1 is a ping-pong");
  bench::parse(app, argc, argv);
  foreman::actors::host_config config;
  caf::actor_system sys{config};
  const auto target = sys.spawn<echo>();
  bench::figure(
    "requests",
    bench::requests_per_second(
      sys, count, window,
      [target, key = std::string{"project-1"}](auto* self, std::size_t,
                                               auto done) {
        compat::request(self, target, caf::infinite, is_running_atom_v, key)
          .then([done](bool) { done(); },
                [](const caf::error&) { bench::wrong("a request failed"); });
      }),
    "requests/s");
}
