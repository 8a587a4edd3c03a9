#include <foreman/deferral.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

clock::time_point
try_again_by(check_verdict::kind why, const job::deferral_record& x,
             clock::time_point now, const check_options& options,
             double draw) noexcept {
  const auto fails_at = x.since + options.max_deferral;
  switch (why) {
    case check_verdict::kind::busy:
      // By then one of them has been opened, or has failed.
      return std::max(fails_at, now + options.open_deadline);
    case check_verdict::kind::out_of_time:
      return std::min(fails_at, now + backoff(options, x.out_of_time, draw));
    default:
      return fails_at;
  }
}

wait_kind wait_kind_of(check_verdict::kind why,
                       unavailable_policy policy) noexcept {
  if (why == check_verdict::kind::out_of_time)
    return wait_kind::asleep;
  return why == check_verdict::kind::busy && policy != unavailable_policy::defer
    ? wait_kind::for_news
    : wait_kind::in_line;
}

bool deferral::wait(job_id who, endpoint_waiter_ptr waits,
                    const endpoint_ptr& where, clock::time_point until,
                    wait_kind how, room_made& room) {
  cancel(room); // it may have been tried although it waits
  const auto got = where->wait(std::move(waits), until, how);
  who_ = who;
  where_ = where;
  place_ = got.place;
  return got.alone;
}

bool deferral::resume(endpoint::place place, bool on_its_way) noexcept {
  if (!where_ || place_ != place)
    return false;
  auto from = std::exchange(where_, nullptr);
  if (on_its_way)
    on_its_way_from_ = std::move(from);
  return true;
}

void deferral::arrive(room_made& room) noexcept {
  if (!on_its_way_from_)
    return;
  on_its_way_from_->arrived();
  room.at(std::exchange(on_its_way_from_, nullptr));
}

bool deferral::cancel(room_made& room) noexcept {
  arrive(room);
  if (!where_)
    return false;
  where_->leave(place_);
  where_ = nullptr;
  return true;
}

} // namespace foreman
