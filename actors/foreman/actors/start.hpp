#pragma once

#include <foreman/actors/context.hpp>
#include <foreman/actors/interfaces.hpp>

namespace foreman::actors {

/// Starts the actors of one system and opens its gate. Needs no answer from
/// the scheduler, so a host whose scheduler is busy can do it. End them by
/// sending `stop` to the guardian.
guardian_actor start(caf::actor_system& where, const context_ptr& shared);

} // namespace foreman::actors
