#include <foreman/at_scope_end.hpp>
#include <foreman/printable.hpp>
#include <foreman/project_key.hpp>
#include <foreman/table.hpp>

#include <fmt/format.h>

#include <new>
#include <string>
#include <utility>

namespace foreman {

table::table(std::shared_ptr<shared_state> shared, const hash_seed& seed)
  : seed_{seed}, shared_{std::move(shared)} {}

table::~table() = default;

entry_ptr table::find(std::string_view project) const {
  const hashed_key key{project, seed_};
  const auto& where = shards_[key.shard()];
  const std::lock_guard guard{where.mutex};
  const auto at = where.entries.find(key);
  return at == where.entries.end() ? entry_ptr{} : at->second;
}

entry_ptr table::find_or_make(std::string_view project) {
  const hashed_key key{project, seed_};
  auto& where = shards_[key.shard()];
  const std::lock_guard guard{where.mutex};
  if (const auto at = where.entries.find(key); at != where.entries.end())
    return at->second;
  auto made = make_intrusive<entry>(std::string{project}, shared_);
  where.entries.emplace(hashed_key{made->project(), key.hash}, made);
  return made;
}

// -- submit -------------------------------------------------------------------

expected<table::admitted> table::submit(std::string_view project,
                                        const job_ptr& x,
                                        const job_options& options) {
  entry_ptr home;
  if (!shared_->process.forked())
    home = find(project);
  auto wake = submit(project, x, options, home);
  if (!wake)
    return wake.error();
  return admitted{std::move(home), *wake};
}

expected<bool> table::submit(std::string_view project, const job_ptr& x,
                             const job_options& options, entry_ptr& home) {
  if (shared_->process.forked())
    return fork_watch::why(); // before any lock
  const auto needs = check(project, options, home);
  if (!needs)
    return needs.error();
  // Before an entry is made that would go again at once.
  if (const auto code = shared_->books.ask(); code != errc::ok)
    return reject(code, home);
  return submit_considered(project, x, options, *needs, home);
}

expected<connection_mask> table::check(std::string_view project,
                                       const job_options& options,
                                       const entry_ptr& home) const {
  if (auto ok = validate(options); !ok)
    return ok.error();
  auto needs = shared_->connections.mask_of(options.connections);
  if (needs && !home) // else the key was checked when its entry was made
    if (auto ok = check_project(project); !ok)
      return ok.error();
  return needs;
}

expected<connection_mask> table::consider(std::string_view project,
                                          const job_options& options,
                                          entry_ptr& home) {
  if (shared_->process.forked())
    return fork_watch::why(); // before any lock
  if (!home)
    home = find(project);
  auto needs = check(project, options, home);
  if (!needs)
    return needs;
  auto code = shared_->books.ask();
  if (code == errc::ok && home)
    code = home->foresee(options.admit);
  if (code == errc::ok)
    return needs;
  return reject(code, home);
}

error table::reject(errc code, const entry_ptr& home) {
  shared_->books.count_rejection();
  return home ? home->rejection(code)
              : entry::text_of_rejection(code, {}, shared_->max);
}

expected<bool>
table::submit_considered(std::string_view project, const job_ptr& x,
                         const job_options& options, connection_mask needs,
                         entry_ptr& home) {
  x->need(needs, options.if_unavailable);
  auto result = admit(project, x, options, home);
  if (!result)
    shared_->books.count_rejection();
  return result;
}

expected<bool> table::admit(std::string_view project, const job_ptr& x,
                            const job_options& options, entry_ptr& home) {
  bool kept = false;
  // If it comes to nothing, for whatever reason, it leaves nothing behind.
  const at_scope_end undo{[&] {
    if (!kept && home)
      retire(*home);
  }};
  if (!home)
    home = find_or_make(project);
  auto verdict = home->push(x, options);
  for (; verdict.gone; verdict = home->push(x, options))
    home = find_or_make(project); // the old one is out of the table already
  kept = verdict.code == errc::ok;
  if (!kept)
    return home->rejection(verdict.code);
  return verdict.wake;
}

// -- questions ----------------------------------------------------------------

bool table::is_running(std::string_view project) const {
  if (shared_->process.forked())
    return false; // nothing of it runs in this process
  const auto home = find(project);
  return home && home->is_running();
}

bool table::is_busy(std::string_view project) const {
  if (shared_->process.forked())
    return false;
  const auto home = find(project);
  return home && home->is_busy();
}

expected<project_status> table::status(std::string_view project) const {
  if (shared_->process.forked())
    return fork_watch::why();
  if (auto ok = check_project(project); !ok)
    return ok.error();
  if (const auto home = find(project))
    return home->status();
  return project_status{.project = std::string{project}};
}

std::vector<entry_ptr> table::entries_of(const shard& x) {
  std::vector<entry_ptr> result;
  const std::lock_guard guard{x.mutex};
  result.reserve(x.entries.size());
  for (const auto& [key, value] : x.entries)
    result.push_back(value);
  return result;
}

table::page table::list(std::size_t cursor) const {
  page result;
  if (cursor >= shard_count || shared_->process.forked())
    return result;
  for (const auto& x : entries_of(shards_[cursor]))
    if (auto row = x->status(); row.busy)
      result.rows.push_back(std::move(row));
  if (cursor + 1 < shard_count)
    result.next = cursor + 1;
  return result;
}

expected<void> table::cancel(std::string_view project, job_id id, errands& by) {
  if (shared_->process.forked())
    return fork_watch::why();
  if (auto ok = check_project(project); !ok)
    return ok.error();
  if (const auto home = find(project))
    return home->cancel(id, by);
  return error{errc::unknown_job,
               fmt::format("{} has no open job {}: it has ended, or never "
                           "existed",
                           one_line(project), id.value)};
}

void table::for_each(const std::function<void(entry&)>& f) const {
  for (const auto& where : shards_)
    for (const auto& x : entries_of(where))
      f(*x);
}

// -- life of an entry ---------------------------------------------------------

bool table::retire(entry& x, const attendant* by) {
  const hashed_key key{x.project(), seed_};
  auto& where = shards_[key.shard()];
  // Erased in the same breath as it is marked dead: a submitter that finds it
  // dead finds it gone from the table as well, and makes a new one.
  entry_ptr last;
  const std::lock_guard guard{where.mutex};
  const auto at = where.entries.find(key);
  const bool current = at != where.entries.end() && at->second.get() == &x;
  if (!x.retire(by))
    return false;
  if (!current)
    return true;                // it had retired before
  last = std::move(at->second); // the key lives in it
  where.entries.erase(at);
  shrink(where);
  return true;
}

void table::shrink(shard& x) noexcept {
  constexpr std::size_t small = 64;
  const auto buckets = x.entries.bucket_count();
  if (buckets <= small || x.entries.size() > buckets / 8)
    return;
  try {
    x.entries.rehash(x.entries.size() * 2);
  } catch (const std::bad_alloc&) {} // NOLINT(bugprone-empty-catch)
}

} // namespace foreman
