#include <foreman/actors/guardian.hpp>
#include <foreman/actors/pool.hpp>
#include <foreman/actors/registry.hpp>
#include <foreman/actors/start.hpp>

namespace foreman::actors {

guardian_actor start(caf::actor_system& where, const context_ptr& shared) {
  const auto workers = where.spawn<pool>(shared);
  const auto projects = where.spawn<registry>(shared, workers);
  shared->way_in.connect(projects); // as it does itself, but now
  auto parent = where.spawn<guardian>(shared, projects, workers);
  compat::anon_send(parent, enlist_atom_v);
  return parent;
}

} // namespace foreman::actors
