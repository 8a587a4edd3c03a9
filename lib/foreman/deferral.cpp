#include <foreman/deferral.hpp>
#include <foreman/entry.hpp>

#include <utility>

namespace foreman {

bool deferral::wait(entry_ptr project, const check_verdict& why) {
  cancel(); // it may have been tried although it waits
  const auto until = since_ + why.where->options().max_deferral;
  const auto got = why.where->wait(std::move(project), until, why.what);
  place_ = got.place;
  where_ = why.where;
  return got.alone;
}

} // namespace foreman
