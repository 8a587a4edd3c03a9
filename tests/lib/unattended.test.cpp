#include <foreman/unattended.hpp>

#include <support/catch.hpp>
#include <support/jobs.hpp>

#include <map>
#include <string>
#include <thread>
#include <vector>

using foreman::entry_ptr;
using foreman::unattended;
using foreman::test::make_entry;

TEST_CASE("entries leave the list in the order in which they came") {
  unattended list;
  CHECK_FALSE(list.pop());
  const auto a = make_entry("a");
  const auto b = make_entry("b");
  const auto c = make_entry("c");
  list.push(a);
  list.push(b);
  CHECK(list.pop() == a);
  list.push(c);
  CHECK(list.pop() == b);
  CHECK(list.pop() == c);
  CHECK_FALSE(list.pop());
}

TEST_CASE("what is left in the list ends with it", "[G9]") {
  unattended list;
  for (const auto* name : {"a", "b", "c"})
    list.push(make_entry(name));
  CHECK(list.pop());
  // AddressSanitizer tells of the others if they stay.
}

TEST_CASE("entries of many threads all arrive, each thread's in order") {
  constexpr int threads = 4;
  constexpr int each = 2'000;
  unattended list;
  std::vector<std::thread> pushers;
  for (int t = 0; t < threads; ++t)
    pushers.emplace_back([&list, t] {
      for (int i = 0; i < each; ++i)
        list.push(make_entry(std::to_string(t) + "/" + std::to_string(i)));
    });
  std::map<std::string, int> next;
  for (int arrived = 0; arrived < threads * each;) {
    const auto x = list.pop();
    if (!x) {
      std::this_thread::yield();
      continue;
    }
    ++arrived;
    const auto slash = x->project().find('/');
    REQUIRE(x->project().substr(slash + 1)
            == std::to_string(next[x->project().substr(0, slash)]++));
  }
  for (auto& x : pushers)
    x.join();
  CHECK_FALSE(list.pop());
}
