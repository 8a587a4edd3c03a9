#include <foreman/job_queue.hpp>

#include <algorithm>
#include <bit>
#include <new>
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
    if (auto* first = x.jobs.front(); first != nullptr) {
      --size_;
      return x.remove(*first);
    }
  return {};
}

job_ptr job_queue::remove(job& x) noexcept {
  --size_;
  return find_level(x.priority())->remove(x);
}

job_list job_queue::take_all() noexcept {
  job_list result;
  for (auto& x : levels_) {
    result.append(std::move(x.jobs));
    x.index = {};
  }
  size_ = 0;
  return result;
}

bool job_queue::starts_with(int priority) const noexcept {
  for (const auto& x : levels_)
    if (!x.jobs.empty())
      return x.priority <= priority;
  return false;
}

// -- finding a job ------------------------------------------------------------

namespace {

// So few are looked at one by one.
constexpr std::size_t few = 64;

} // namespace

std::vector<job_queue::indexed_job>::iterator
job_queue::level::at(job_id id) noexcept {
  return std::ranges::lower_bound(index, id, {}, &indexed_job::id);
}

job_ptr job_queue::level::remove(job& x) noexcept {
  if (!index.empty()) {
    if (const auto where = at(x.id());
        where != index.end() && where->where == &x)
      where->where = nullptr;
    if (jobs.size() <= few / 2)
      index = {};
  }
  return jobs.remove(x);
}

void job_queue::extend_index(level& where) noexcept {
  auto& index = where.index;
  const auto last = index.empty() ? job_id{} : index.back().id;
  std::size_t missing = 0;
  for (auto* x = where.jobs.back(); x != nullptr && x->id() > last;
       x = job_list::before(*x))
    ++missing;
  looked_at_ += missing;
  if (missing == 0)
    return;
  // What has gone is swept out when it is as much as what is there.
  if (index.size() > 2 * (where.jobs.size() - missing))
    std::erase_if(index, [](const auto& x) { return x.where == nullptr; });
  try {
    index.resize(index.size() + missing);
  } catch (const std::bad_alloc&) {
    return;
  }
  auto to = index.rbegin();
  for (auto* x = where.jobs.back(); x != nullptr && x->id() > last;
       x = job_list::before(*x))
    *to++ = {x->id(), x};
}

job* job_queue::find_in(level& where, job_id id) noexcept {
  if (where.jobs.size() > few)
    extend_index(where);
  if (!where.index.empty() && id <= where.index.back().id) {
    looked_at_ += std::bit_width(where.index.size());
    const auto at = where.at(id);
    return at != where.index.end() && at->id == id ? at->where : nullptr;
  }
  for (auto* x = where.jobs.back(); x != nullptr && x->id() >= id;
       x = job_list::before(*x)) {
    ++looked_at_;
    if (x->id() == id)
      return x;
  }
  return nullptr;
}

job* job_queue::find(job_id id) noexcept {
  for (auto& where : levels_)
    if (auto* found = find_in(where, id); found != nullptr)
      return found;
  return nullptr;
}

} // namespace foreman
