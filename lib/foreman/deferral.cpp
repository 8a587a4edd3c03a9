#include <foreman/deferral.hpp>
#include <foreman/entry.hpp>

#include <utility>

namespace foreman {

bool deferral::wait(entry_ptr project, endpoint_ptr where) {
  cancel(); // it may have been tried although it waits
  const auto got
    = where->wait(std::move(project), since_ + where->options().max_deferral);
  place_ = got.place;
  where_ = std::move(where);
  return got.alone;
}

} // namespace foreman
