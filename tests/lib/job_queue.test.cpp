#include <foreman/job_queue.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <utility>
#include <vector>

using namespace foreman;
using foreman::test::job_of;

namespace {

using id_list = std::vector<std::uint64_t>;

job_ptr queued(std::uint64_t id, int priority = 0) {
  job_ptr x = foreman::test::idle_job();
  x->admit({}, {id}, priority);
  return x;
}

id_list pop_all(job_queue& queue) {
  id_list result;
  while (auto x = queue.pop())
    result.push_back(x->id().value);
  return result;
}

} // namespace

TEST_CASE("an empty queue gives no job") {
  job_queue queue;
  CHECK(queue.empty());
  CHECK(queue.size() == 0);
  CHECK_FALSE(queue.pop());
  CHECK(queue.find({1}) == nullptr);
}

TEST_CASE("jobs of one priority start in the order of their admission",
          "[G2]") {
  job_queue queue;
  for (std::uint64_t id = 1; id <= 5; ++id)
    queue.push(queued(id));
  CHECK(queue.size() == 5);
  CHECK(pop_all(queue) == id_list{1, 2, 3, 4, 5});
  CHECK(queue.empty());
}

TEST_CASE("lower priority numbers start first, whatever came first", "[G2]") {
  job_queue queue;
  queue.push(queued(1, 0));
  queue.push(queued(2, 100));
  queue.push(queued(3, -100));
  queue.push(queued(4, 0));
  queue.push(queued(5, -1));
  queue.push(queued(6, -100));
  queue.push(queued(7, 1));
  queue.push(queued(8, 100));
  CHECK(queue.size() == 8);
  CHECK(pop_all(queue) == id_list{3, 6, 5, 1, 4, 7, 2, 8});
}

TEST_CASE("a level that ran empty is used again in its place", "[G2]") {
  job_queue queue;
  queue.push(queued(1, 5));
  queue.push(queued(2, -5));
  CHECK(pop_all(queue) == id_list{2, 1});
  queue.push(queued(3, 5));
  queue.push(queued(4, 0));
  queue.push(queued(5, -5));
  CHECK(pop_all(queue) == id_list{5, 4, 3});
}

TEST_CASE("any job can be removed from its place in the queue") {
  for (std::uint64_t gone = 1; gone <= 4; ++gone) {
    INFO("removed: " << gone);
    job_queue queue;
    for (std::uint64_t id = 1; id <= 4; ++id)
      queue.push(queued(id));
    auto* found = queue.find({gone});
    REQUIRE(found != nullptr);
    const auto removed = queue.remove(*found);
    CHECK(removed->id().value == gone);
    CHECK(queue.size() == 3);
    CHECK(queue.find({gone}) == nullptr);
    queue.push(queued(5)); // the tail is right, too
    id_list rest;
    for (std::uint64_t id = 1; id <= 5; ++id)
      if (id != gone)
        rest.push_back(id);
    CHECK(pop_all(queue) == rest);
  }
}

TEST_CASE("the only job of a priority can be removed and its level refilled") {
  job_queue queue;
  const auto only = queued(1, 7);
  queue.push(only);
  CHECK(queue.remove(*only) == only);
  CHECK(queue.empty());
  queue.push(only); // nothing of the old place is left in it
  queue.push(queued(2, 7));
  CHECK(pop_all(queue) == id_list{1, 2});
}

TEST_CASE("a job is found at every priority") {
  job_queue queue;
  queue.push(queued(1, 3));
  queue.push(queued(2, -3));
  queue.push(queued(3, 3));
  CHECK(queue.find({3})->id().value == 3);
  CHECK(queue.find({2})->priority() == -3);
  CHECK(queue.find({4}) == nullptr);
}

TEST_CASE("a queue owns its jobs and lets go of those it gave away", "[G9]") {
  const auto alive = std::make_shared<int>();
  const auto make = [&](std::uint64_t id) {
    job_ptr x = job_of([alive] {});
    x->admit({}, {id}, 0);
    return x;
  };
  {
    job_queue queue;
    queue.push(make(1));
    queue.push(make(2));
    queue.push(make(3));
    CHECK(alive.use_count() == 4);
    CHECK(queue.pop()->id().value == 1);
    CHECK(alive.use_count() == 3);
    CHECK(queue.remove(*queue.find({3}))->id().value == 3);
    CHECK(alive.use_count() == 2);
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("a list of jobs is appended behind those of its priority", "[G2]") {
  job_queue queue;
  queue.prepare(0);
  queue.push(queued(1, 0));
  queue.push(queued(2, 1));
  job_list later;
  queue.append(0, std::move(later)); // of nothing
  later = {};
  later.push(queued(3));
  later.push(queued(4));
  queue.append(0, std::move(later));
  CHECK(queue.size() == 4);
  CHECK(queue.remove(*queue.find({3}))->id().value == 3);
  queue.push(queued(5, 0));
  CHECK(pop_all(queue) == id_list{1, 4, 5, 2});
}

TEST_CASE("all jobs are taken in the order in which they would start") {
  job_queue queue;
  queue.push(queued(1, 1));
  queue.push(queued(2, 0));
  queue.push(queued(3, 1));
  auto all = queue.take_all();
  CHECK(queue.empty());
  CHECK_FALSE(queue.pop());
  CHECK(all.size() == 3);
  id_list order;
  while (const auto x = all.pop())
    order.push_back(x->id().value);
  CHECK(order == id_list{2, 1, 3});
  queue.push(queued(4, 1));
  CHECK(pop_all(queue) == id_list{4});
}

TEST_CASE("a queue says of what priority the next job is at most") {
  job_queue queue;
  CHECK_FALSE(queue.starts_with(100));
  queue.push(queued(1, 1));
  CHECK_FALSE(queue.starts_with(0));
  CHECK(queue.starts_with(1));
  queue.push(queued(2, -1));
  CHECK(queue.starts_with(0));
}

TEST_CASE("a queue with ten thousand jobs of mixed priorities keeps the order",
          "[G2][G9]") {
  job_queue queue;
  for (std::uint64_t id = 1; id <= 10'000; ++id)
    queue.push(queued(id, static_cast<int>(id * 7919 % 201) - 100));
  CHECK(queue.size() == 10'000);
  int last_priority = -101;
  std::uint64_t last_id = 0;
  std::size_t count = 0;
  bool in_order = true;
  while (auto x = queue.pop()) {
    ++count;
    in_order = in_order
      && (x->priority() > last_priority
          || (x->priority() == last_priority && x->id().value > last_id));
    last_priority = x->priority();
    last_id = x->id().value;
  }
  CHECK(in_order);
  CHECK(count == 10'000);
}

TEST_CASE("to find jobs of a long queue by id takes few steps", "[G9]") {
  constexpr std::uint64_t many = 200'000;
  for (const auto order : {0, 1, 2}) {
    job_queue queue;
    std::vector<std::uint64_t> ids;
    for (std::uint64_t i = 1; i <= many; ++i) {
      queue.push(queued(i, i % 3 == 0 ? 5 : 0));
      ids.push_back(i);
    }
    if (order == 1)
      std::ranges::reverse(ids);
    if (order == 2)
      std::ranges::shuffle(ids, std::minstd_rand{1});
    for (const auto id : ids) {
      auto* found = queue.find({id});
      REQUIRE(found != nullptr);
      REQUIRE(found->id().value == id);
      REQUIRE(queue.remove(*found));
      REQUIRE(queue.find({id}) == nullptr);
    }
    CHECK(queue.empty());
    CHECK(queue.looked_at() < 150 * many); // 10,000 times less than each time
  }
}

TEST_CASE("jobs are found however the queue has changed since", "[G2]") {
  job_queue queue;
  std::minstd_rand random{7};
  std::map<std::uint64_t, bool> waiting;
  std::uint64_t last = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto choice = random() % 100;
    if (choice < 52) {
      queue.push(queued(++last, 0));
      waiting[last] = true;
    } else if (choice < 70) {
      if (const auto x = queue.pop())
        waiting.erase(x->id().value);
    } else if (last != 0) {
      const auto id = random() % (last + 2);
      auto* found = queue.find({id});
      REQUIRE((found != nullptr) == waiting.contains(id));
      if (found != nullptr && choice < 90) {
        queue.remove(*found);
        waiting.erase(id);
      }
    }
    REQUIRE(queue.size() == waiting.size());
  }
}
