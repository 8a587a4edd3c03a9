#include <foreman/entry.hpp>
#include <foreman/interruption.hpp>
#include <foreman/job_context.hpp>
#include <foreman/printable.hpp>
#include <foreman/type_name.hpp>

#include <fmt/format.h>

namespace foreman {

const std::string& job_context::project() const noexcept {
  return job_->home()->project();
}

const job_context* job_context::current() noexcept {
  for (const auto* x = host_call::innermost(); x != nullptr; x = x->outer())
    if (x->context() != nullptr)
      return x->context();
  return nullptr;
}

void* job_context::resource(std::string_view name,
                            const std::type_info& type) const {
  auto* found = connections_->find(name, job_->needs());
  if (found == nullptr) {
    const auto& all = job_->home()->shared().connections;
    throw exception{
      {errc::unknown_connection,
       fmt::format("job {} of {} asks for connection {}; it has: {}",
                   id().value, one_line(project()), name,
                   all.names(job_->needs()))}};
  }
  if (!found->is_open()) {
    const auto why = found->where().status().last_error;
    throw exception{
      {errc::connection_unavailable,
       fmt::format("job {} of {} asks for connection {}, which could not be "
                   "had{}",
                   id().value, one_line(project()), name,
                   why.empty() ? " in time" : ": " + why)}};
  }
  if (auto* result = found->wrapped().resource(type)) {
    found->touch(project());
    if (interrupts_ != nullptr && found->wrapped().can_interrupt())
      interrupts_->watch(connections_->bit_of(*found));
    return result;
  }
  throw exception{
    {errc::unknown_connection,
     fmt::format("job {} of {} asks for connection {} as a type "
                 "that it is not ({})",
                 id().value, one_line(project()), name, type_name(type))}};
}

} // namespace foreman
