// A host that sends messages: its types are the library's.

#include <foreman/actors/interfaces.hpp>
#include <foreman/system.hpp>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <iostream>
#include <string>

namespace {

using foreman::actors::make_submission;
using foreman::actors::status_atom_v;
using foreman::actors::submit_atom_v;
namespace compat = foreman::compat;

} // namespace

int main() {
  foreman::actors::host_config config;
  caf::actor_system host{config};
  foreman::system fm{host, {.workers = 2}};
  caf::scoped_actor self{host};

  bool admitted = false;
  auto what = make_submission("berlin", [] {});
  compat::request(self.ptr(), fm.registry(), caf::infinite, submit_atom_v,
                  *what)
    .receive([&](foreman::job_id id) { admitted = id.value != 0; },
             [](const caf::error& why) {
               std::cout << to_string(foreman::actors::to_error(why)) << '\n';
             });

  // An error of the library arrives as what it is.
  auto refused = foreman::errc::ok;
  compat::request(self.ptr(), fm.registry(), caf::infinite, status_atom_v,
                  std::string{})
    .receive([](const foreman::project_status&) {},
             [&](const caf::error& why) {
               refused = foreman::actors::to_error(why).code();
             });

  std::cout << "admitted: " << admitted << ", refused: " << to_string(refused)
            << '\n';
  return admitted && refused == foreman::errc::invalid_project ? 0 : 1;
}
