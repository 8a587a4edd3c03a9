#include <foreman/job_queue.hpp>

#include <algorithm>
#include <utility>

namespace foreman {

std::vector<job_queue::level>::iterator
job_queue::find_level(int priority) noexcept {
  return std::ranges::lower_bound(levels_, priority, {}, &level::priority);
}

void job_queue::prepare(int priority) {
  const auto at = find_level(priority);
  if (at == levels_.end() || at->priority != priority)
    levels_.insert(at, level{priority, {}});
}

void job_queue::push(job_ptr x) {
  const auto priority = x->priority();
  prepare(priority);
  find_level(priority)->jobs.push(std::move(x));
  ++size_;
}

void job_queue::append(int priority, job_list jobs) noexcept {
  size_ += jobs.size();
  find_level(priority)->jobs.append(std::move(jobs));
}

job* job_queue::front() const noexcept {
  for (const auto& x : levels_)
    if (!x.jobs.empty())
      return x.jobs.front();
  return nullptr;
}

job_ptr job_queue::pop() noexcept {
  for (auto& x : levels_)
    if (auto first = x.jobs.pop()) {
      --size_;
      return first;
    }
  return {};
}

job_ptr job_queue::remove(job& x) noexcept {
  --size_;
  return find_level(x.priority())->jobs.remove(x);
}

job_list job_queue::take_all() noexcept {
  job_list result;
  for (auto& x : levels_)
    result.append(std::move(x.jobs));
  size_ = 0;
  return result;
}

bool job_queue::starts_with(int priority) const noexcept {
  for (const auto& x : levels_)
    if (!x.jobs.empty())
      return x.priority <= priority;
  return false;
}

job* job_queue::find(job_id id) const noexcept {
  job* found = nullptr;
  for (const auto& where : levels_)
    where.jobs.for_each([&](job& x) {
      if (x.id() == id)
        found = &x;
    });
  return found;
}

} // namespace foreman
